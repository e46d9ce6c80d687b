import type { Plan } from './plan/schema.ts';
import type { Batch, Table } from './plan/table.ts';

export interface EngineIdentity {
  /** `libngspice`, `wasm`, … */
  readonly name: string;
  /** The simulator's own version, such as `39.3`. */
  readonly version: string;
}

/** What the user may say about an engine; everything is optional and plain JSON, because it travels to workers. */
export interface EngineOptions {
  /** Shared library or executable to use instead of the one found. */
  readonly path?: string | undefined;
  /** Seconds that one sample may take before it is given up. */
  readonly sampleSeconds?: number | undefined;
}

/**
 * Told by an engine as it goes, so that a watchdog outside its thread can judge it. Called from the engine's own thread.
 * `row` is the row of the batch at hand, where it is the only one in flight: the one to blame.
 */
export type ReportProgress = (done: number, inFlight: number, row?: number) => void;

/**
 * What simulates inside one process. One per process, made for batches.
 * A sample that cannot be simulated is a row with a status; only what concerns every sample (a plan that does not load
 * at its nominal values, a broken installation) is thrown, as `SpiceLabError`.
 */
export interface Engine {
  readonly identity: EngineIdentity;
  /**
   * Loads a plan, once per plan; the previous one is forgotten, also when this one is refused.
   * @throws SpiceLabError of the user's (`ENGINE_LOAD`, `TARGET_UNKNOWN`, …) when a circuit does not load at its nominal
   * values or an assignment sets nothing, with the place in the deck where there is one
   */
  load(plan: Plan): Promise<void>;
  /**
   * Simulates every row (there may be none); the answer of a row depends, to the bit, on nothing but the plan and that row's
   * circuit and values. A row is `ok` when every measurement has a finite value; any other has a message.
   * `report(done, inFlight, row)` is called before each piece of work that cannot be interrupted: so many rows of the batch are
   * done, so many are begun now.
   * @throws SpiceLabError when no plan was loaded, or for what concerns every row
   */
  run(batch: Batch, report?: ReportProgress): Promise<Table>;
  close(): Promise<void>;
}

/** An engine that this installation could use. */
export interface EngineKind {
  readonly name: string;
  /** Looks whether it can be used here, without starting it; `undefined` when it is not installed. Never throws. */
  find(options: EngineOptions): Promise<EngineFound | undefined>;
  /** Starts it. @throws SpiceLabError ENGINE_MISSING when it is not there, with the line that installs it. */
  open(options: EngineOptions): Promise<Engine>;
}

export interface EngineFound {
  readonly name: string;
  /** Where it was found, for `doctor`; a path or a package. */
  readonly where: string;
  readonly version: string | undefined;
}
