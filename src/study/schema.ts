/**
 * A study as the rest of the project sees it: every short form (`normal(1k,1%)`, `bw>1.4k`) already read.
 * What users write is in `input.ts`; `readStudy` turns one into the other.
 */

/** A number, or a share of the deck's own value (`relative`: 0.01 is 1 %). */
export interface Quantity {
  readonly amount: number;
  readonly relative: boolean;
}

/** A distribution as written: without a nominal it takes the deck's value; relative amounts are of the nominal. */
export type DistributionSpec =
  | { readonly kind: 'normal'; readonly nominal?: number | undefined; readonly sigma: Quantity }
  | {
      readonly kind: 'truncated-normal';
      readonly nominal?: number | undefined;
      readonly sigma: Quantity;
      readonly low: Limit;
      readonly high: Limit;
    }
  | { readonly kind: 'uniform'; readonly nominal?: number | undefined; readonly tolerance: Quantity }
  | { readonly kind: 'uniform-range'; readonly low: number; readonly high: number }
  | {
      readonly kind: 'lognormal';
      readonly nominal?: number | undefined /** of the logarithm */;
      readonly sigma: number;
    }
  | {
      readonly kind: 'triangular';
      readonly nominal?: number | undefined;
      readonly low: Limit;
      readonly high: Limit;
    }
  | { readonly kind: 'discrete'; readonly values: readonly number[]; readonly weights: readonly number[] }
  | { readonly kind: 'empirical'; readonly values: readonly number[] };

/** A bound: absolute, or an offset from the nominal (`-5%`, as -0.05 relative). */
export type Limit = { readonly at: number } | { readonly offset: Quantity };

/** One `--vary`: a target or a wildcard (`R*`, `*.m0[delvto]`), each match varying on its own. */
export interface Vary {
  readonly target: string;
  readonly distribution: DistributionSpec;
}

/**
 * Which of the random numbers that the deck itself draws (`agauss`, `mc`, `DEV=` and the like) are variables; the others
 * stay at their nominal value. A target of `vary`, `sweep`, `corners` or `points` that names one of them sets that one.
 */
export interface Statistics {
  /**
   * At least one of `process`, `mismatch`, `all`, `none` (which stands alone), in lower case, and patterns with `*` and
   * `?` of the names of draws (`xm1.*`, `*.mis_vth`) or of their statistical `.param`s (`mis_vth`); what any of them
   * means varies. Where the study does not say: `['all']` where samples are drawn, which is where something is varied,
   * where more than one sample per point is asked for, and in every `monteCarlo` and `tolerances` (the commands `mc`,
   * `worst-case`, `sensitivity`); `['none']` where they are not: a sweep, corners or a single simulation.
   */
  readonly vary: readonly string[];
  /** Patterns of names of statistical `.param`s that draw once per sample, wherever they are used. */
  readonly tie: readonly string[];
}

/** Targets (no wildcards) whose normal scores are correlated. */
export interface CorrelatedGroup {
  readonly targets: readonly string[];
  readonly matrix: readonly (readonly number[])[];
}

/** One dimension of a sweep; more than one column means zipped. */
export interface SweepAxis {
  readonly columns: readonly { readonly target: string; readonly values: readonly number[] }[];
}

/** A named set of library sections, values (parameters, supplies, any target) and a temperature. */
export interface Corner {
  readonly name: string;
  /** `.lib FILE SECTION` lines whose file's base name is the key (`*`: all of them) use this section instead. */
  readonly sections: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, number>>;
  readonly temperature?: number | undefined;
}

/** Explicit points: all tolerance extremes, or one-at-a-time steps of a sensitivity analysis. Columns are targets. */
export interface PointTable {
  readonly name: string;
  readonly targets: readonly string[];
  /** Per point, per target: a value, or `undefined` for the deck's own. */
  readonly points: readonly (readonly PointValue[])[];
}
export type PointValue = { readonly at: number } | { readonly offset: Quantity } | undefined;

export interface MeasureSpec {
  readonly name: string;
  readonly expression: string;
  /** Name of an analysis (`ac`, `tran`, `ac2`); found from the expression when absent. */
  readonly analysis?: string | undefined;
  readonly unit?: string | undefined;
}

/** Limits on a measurement's name or on an expression, which then becomes a measurement. */
export interface SpecSpec {
  readonly name: string;
  readonly expression: string;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What an optimisation may choose for a design variable, in the unit of what it sets. */
export type DesignRange =
  | { readonly kind: 'continuous'; readonly low: number; readonly high: number; readonly log: boolean }
  | { readonly kind: 'integer'; readonly low: number; readonly high: number; readonly log: boolean }
  /** Ascending values: what is near in the list is near in its effect. */
  | { readonly kind: 'grid'; readonly values: readonly number[] }
  | { readonly kind: 'choice'; readonly values: readonly number[] };

/** Something that an optimisation chooses; all its targets (wildcards too) get the same value. */
export interface DesignVariable {
  readonly name: string;
  readonly targets: readonly string[];
  readonly range: DesignRange;
}

/** One number about all samples at one point of corners and sweep. */
export type Statistic =
  /** Of all specs together, or of one by its name. */
  | { readonly kind: 'yield'; readonly of?: string | undefined }
  /** `of` a measurement, or of an expression that is measured for it. */
  | { readonly kind: 'mean' | 'sigma' | 'median' | 'min' | 'max'; readonly of: string }
  | { readonly kind: 'percentile'; readonly of: string; readonly share: number };

/** `expression` is over `$k`, the k-th of the statistics; `text` is as written. */
export interface Figure {
  readonly text: string;
  readonly expression: string;
  readonly statistics: readonly Statistic[];
}

export interface Objective extends Figure {
  readonly direction: 'minimize' | 'maximize';
}

/** A figure within limits, which themselves pass. */
export interface Constraint extends Figure {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export const SAMPLERS = ['tpe', 'cmaes', 'nsga2', 'random', 'sobol'] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** The question of an optimisation: which design is best. Objectives and constraints count at the worst corner. */
export interface Tuning {
  readonly design: readonly DesignVariable[];
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  /** Simulations in all; by the number of design variables and samples when absent. */
  readonly budget?: number | undefined;
  /** Chosen by what is installed and asked for when absent. */
  readonly sampler?: SamplerName | undefined;
  /** Designs to begin with, by name or target of their variables; what is absent is the deck's own. */
  readonly start: readonly Readonly<Record<string, number>>[];
  /** Designs under way at once: it decides how many results a suggestion knows. */
  readonly atOnce: number;
  /** Samples that every design gets at least, and by which factor more the good ones get; 0: all get all. */
  readonly first: number;
  readonly factor: number;
  /** How many of the best are simulated again with other draws. */
  readonly confirm: number;
}

export interface Study {
  readonly title?: string | undefined;
  /** A file, or text with the folder that its includes are relative to. */
  readonly deck: { readonly path: string } | { readonly text: string; readonly folder: string };
  readonly vary: readonly Vary[];
  readonly statistics: Statistics;
  readonly correlations: readonly CorrelatedGroup[];
  readonly sweep: readonly SweepAxis[];
  readonly corners: readonly Corner[];
  readonly points?: PointTable | undefined;
  /** Analyses to use instead of the deck's own (`ac dec 10 1 1meg`, leading dot optional); empty: the deck's. */
  readonly analyses: readonly string[];
  readonly measure: readonly MeasureSpec[];
  readonly specs: readonly SpecSpec[];
  /** Vectors whose waveforms are kept, such as `v(out)` or `ac:v(out)`. */
  readonly save: readonly string[];
  readonly sampling: {
    readonly method: 'random' | 'sobol' | 'lhs';
    readonly seed: number;
    readonly replicates: number;
  };
  /** Draws per point of the axes; 1 where nothing is random. With `highSigma` all simulations together. */
  readonly samples: number;
  /** Sigma level at which rare failures are searched and estimated by importance sampling, instead of a plain run. */
  readonly highSigma?: number | undefined;
  /** Lets `.control`, `shell` and the like through. */
  readonly trustDeck: boolean;
  /** Which design is best, instead of what becomes of the one in the deck; `samples` is then the most of a design. */
  readonly tuning?: Tuning | undefined;
}
