import type { AnalysisKind, Plot, Vector } from './types.ts';

/** How the unit of a result follows from the first argument's and the scale's. */
export type UnitRule =
  | 'of the argument'
  | 'of the scale'
  | 'argument per scale'
  | 'argument times scale'
  | 'dB'
  | 'deg'
  | 'Hz'
  | 's'
  | 'none';

/** What `--help` and the documentation print of a function. */
export interface FunctionDescription {
  readonly name: string;
  readonly signature: string;
  readonly summary: string;
  readonly unit: UnitRule;
}

/** One call at work in one plot. */
export interface Call {
  readonly plot: Plot;
  /** The positional arguments. */
  readonly args: readonly Vector[];
  /** As they were written, for messages. */
  readonly texts: readonly string[];
  readonly units: readonly string[];
  /** The named arguments; `last` is Infinity. */
  readonly named: Readonly<Record<string, number>>;
}

export interface VectorFunction extends FunctionDescription {
  /** Number of positional arguments. */
  readonly least: number;
  readonly most: number;
  /** Names of the named arguments that it takes. */
  readonly named: readonly string[];
  /** `scalar`: the answer has length 1 however long the argument is. */
  readonly result: 'scalar' | 'elementwise';
  /** The only analysis that it makes sense in. */
  readonly hint?: AnalysisKind | undefined;
  /** @throws NoValue when there is nothing to find in this plot */
  readonly apply: (call: Call) => Vector;
}
