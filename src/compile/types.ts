import type { Place } from '../errors/index.ts';
import type { Plan } from '../plan/index.ts';

/** Something that the user should know, though the study runs. */
export interface Notice {
  readonly message: string;
  readonly place?: Place | undefined;
}

/** How a variable reaches the simulator: told to the loaded circuit, told with a reset, or by loading the circuit anew. */
export type Rung = 'direct' | 'reset' | 'reload';

/** What became of one variable: for `--explain`. */
export interface Explanation {
  readonly variable: string;
  /** `instance`, `parameter`, `model parameter`, `subcircuit parameter`, `temperature`, `corner`. */
  readonly kind: string;
  readonly rung: Rung;
  readonly why: string;
}

/** A study as a plan, and what was found on the way. */
export interface Compiled {
  readonly plan: Plan;
  readonly warnings: readonly Notice[];
  readonly explanation: readonly Explanation[];
}
