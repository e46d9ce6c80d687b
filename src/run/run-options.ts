import type { Backend } from '../backend.ts';
import type { EngineOptions } from '../engine.ts';
import type { Plan } from '../plan/schema.ts';
import type { Store } from '../store.ts';
import type { RunEvent } from './events.ts';
import type { StoppingRule } from './rule.ts';
import type { Surroundings } from './surroundings.ts';

/** What both a new run and a resumed one need. The caller opened backend and store, and closes the backend. */
export interface SessionOptions {
  readonly store: Store;
  readonly backend: Backend;
  /** Samples per chunk; found by itself when absent. */
  readonly chunk?: number | undefined;
  readonly until?: StoppingRule | undefined;
  /** Of the stopping rule and of the live intervals, 0 to 1; 0.95 when absent. */
  readonly confidence?: number | undefined;
  /** Ends the session when the backend has everything that is left to do. */
  readonly detach?: boolean | undefined;
  /** Takes the run from a process of another host, which may still be there. */
  readonly takeOver?: boolean | undefined;
  /** Lets workers of another engine or version add to a run. */
  readonly mixEngines?: boolean | undefined;
  /** Called with what happens, a few times a second; must not throw. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Ends the run at once when aborted; `interrupt()` is the gentle way. */
  readonly signal?: AbortSignal | undefined;
  /** This machine when absent. */
  readonly surroundings?: Surroundings | undefined;
}

export interface EngineChoice {
  readonly name: string;
  readonly options: EngineOptions;
}

export interface StartOptions extends SessionOptions {
  readonly plan: Plan;
  readonly engine: EngineChoice;
  /** Samples of the whole run, those that are there already included; the ceiling where there is a stopping rule. */
  readonly wanted: number;
  /** Looks at a plan that was never run before, and may change it; its answer is kept with the run. */
  readonly check?: ((plan: Plan) => Promise<CheckedPlan>) | undefined;
}

/** What is not given is as in the run's last session. */
export interface ResumeOptions extends SessionOptions {
  readonly engine?: EngineChoice | undefined;
  /** Time limit of one sample, where `engine` is not given. */
  readonly sampleSeconds?: number | undefined;
  readonly wanted?: number | undefined;
}

/** The plan to use, and what was found. */
export interface CheckedPlan {
  readonly plan: Plan;
  readonly samples: number;
  /** Whether the fast and the slow way agreed to the last bit. */
  readonly exact: boolean;
  readonly steppedDown: readonly string[];
  readonly notices: readonly string[];
}
