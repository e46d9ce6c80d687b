import type { Place } from '../errors/index.ts';
import type { Plan } from '../plan/index.ts';

/** Something that the user should know, though the study runs. */
export interface Notice {
  readonly message: string;
  readonly place?: Place | undefined;
}

/** How a variable reaches the simulator: told to the loaded circuit, told with a reset, or by loading the circuit anew. */
export type Rung = 'direct' | 'reset' | 'reload';

/** What became of one variable: for `explain` and `--explain`. */
export interface Explanation {
  readonly variable: string;
  /** `instance`, `parameter`, `model parameter`, `subcircuit parameter`, `temperature`, `corner`, `draw`. */
  readonly kind: string;
  readonly rung: Rung;
  readonly why: string;
  /** Of a draw of the deck itself: whether it reaches several devices or one device alone. */
  readonly class?: DrawClass | undefined;
  /** Parameters of flattened devices and model cards that follow it: `xm1.m0[delvto]`, `nshort_model.4[lint]`. */
  readonly reaches?: readonly string[] | undefined;
}

export type DrawClass = 'process' | 'mismatch';

/** Draws that are no variables, those of one name and one reason together. */
export interface DrawsApart {
  /** As a variable of it would be called; of several the name of the statistical `.param`, or a pattern. */
  readonly name: string;
  readonly count: number;
  readonly why: string;
  readonly place?: Place | undefined;
}

/** A top-level parameter that turns draws on and off, as PDKs have them (`sw_stat_mismatch`, `MC_PR_SWITCH`). */
export interface Switch {
  readonly name: string;
  /** In the deck. */
  readonly value: number;
  /** What it was set to, because the study asks for draws that it gates. */
  readonly set?: number | undefined;
  /** What it gates: names of statistical `.param`s or draws, each once. */
  readonly gates: readonly string[];
  readonly place?: Place | undefined;
}

/** What was found of a deck beside its variables. */
export interface DeckExplanation {
  /** Draws that reach nothing, or always give the same. */
  readonly dead: readonly DrawsApart[];
  /** Draws that the study does not ask for: they stand at their nominal value. */
  readonly held: readonly DrawsApart[];
  /** Draws that are one variable because of `tie`; the name is that variable's. */
  readonly tied: readonly DrawsApart[];
  readonly switches: readonly Switch[];
  /** How much of the deck its circuit needs, per kind of thing: `models`, `subcircuits`, `parameters`, `functions`, `lines`. */
  readonly kept: readonly { readonly what: string; readonly kept: number; readonly of: number }[];
}

/** A study as a plan, and what was found on the way. */
export interface Compiled {
  readonly plan: Plan;
  readonly warnings: readonly Notice[];
  readonly explanation: readonly Explanation[];
  readonly deck?: DeckExplanation | undefined;
}
