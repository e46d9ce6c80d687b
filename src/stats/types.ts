/**
 * An estimate with the interval that covers the true value with the stated confidence. A bound that the values at hand
 * cannot give (the 99.9th percentile of ten) is infinite; all are NaN where there is nothing to estimate from.
 */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What one column of numbers looks like. Every interval has the confidence of `confidence`; `methods` says how it was made. */
export interface ColumnStatistics {
  readonly name: string;
  readonly unit: string;
  /** Finite values. */
  readonly n: number;
  /** Rows without a finite value. */
  readonly missing: number;
  readonly confidence: number;
  readonly mean: Estimate;
  readonly sigma: Estimate;
  readonly skewness: Estimate;
  /** Excess kurtosis, 0 for a normal distribution. */
  readonly kurtosis: Estimate;
  readonly min: number;
  readonly max: number;
  /** `p` from 0 to 1. */
  readonly percentiles: readonly (Estimate & { readonly p: number })[];
  /** Process capability against the spec of this column, where it has one. */
  readonly cpk?: Estimate | undefined;
  readonly histogram: Histogram;
  /** Name of a statistic -> method of its interval, such as `Student t`, `replicates`. */
  readonly methods: Readonly<Record<string, string>>;
}

/** `counts.length` bins of equal width from `low` to `high`. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** Passed of counted, with an interval. */
export interface YieldEstimate extends Estimate {
  readonly passed: number;
  readonly of: number;
}

export interface YieldStatistics {
  /** A spec's name, or `overall`. */
  readonly name: string;
  readonly measurement?: string | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Samples that failed to simulate count as failures of the spec. */
  readonly failuresCounted: YieldEstimate;
  /** Samples that failed to simulate are left out. */
  readonly failuresIgnored: YieldEstimate;
  readonly method: string;
}

/** How much of a measurement's variance a variable explains. */
export interface Contributor {
  readonly variable: string;
  /** Share of the measurement's variance, 0 to 1, by CAR scores (Zuber & Strimmer 2011); shares sum to `rSquared`. */
  readonly share: number;
  /**
   * Change of the measurement per standard deviation of the variable, in the measurement's unit. Of a categorical
   * variable the standard deviation between its labels, without a sign.
   */
  readonly perSigma: number;
  /** Spearman's rank correlation, -1 to 1; of a categorical variable the correlation ratio of the ranks, 0 to 1. */
  readonly rankCorrelation: number;
}

export interface Contributors {
  readonly measurement: string;
  /** Share of the variance that the linear model explains, less what chance alone would (adjusted R²). */
  readonly rSquared: number;
  /** Largest share first. */
  readonly contributors: readonly Contributor[];
}
