/** Samples of one quantity along a plot's scale; `im` where the analysis is complex. A scalar has length 1. */
export interface Vector {
  readonly re: Float64Array;
  readonly im?: Float64Array | undefined;
}

export type AnalysisKind = 'op' | 'dc' | 'ac' | 'tran' | 'noise' | 'tf';

/** What one analysis of one sample yields. Keys are lower case, as ngspice prints them: `v(out)` or `out`, `v1#branch`. */
export interface Plot {
  readonly kind: AnalysisKind;
  /** Key of the vector that the others are functions of (`time`, `frequency`, `v-sweep`); '' where there is none. */
  readonly scale: string;
  readonly vectors: ReadonlyMap<string, Vector>;
}

/** Why a measurement has no value in this sample; not an error of the user, so not a `SpiceLabError`. */
export class NoValue extends Error {
  override name = 'NoValue';
}
