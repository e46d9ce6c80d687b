import type { FailureEstimate } from '../stats/failure.ts';
import type { ColumnStatistics, Contributors, Estimate, YieldStatistics } from '../stats/types.ts';

/** A sample that stands out: far beyond a spec, or failed. */
export interface WorstSample {
  readonly sample: number;
  readonly status: string;
  readonly message?: string | undefined;
  /** Margin to the nearest limit in units of that measurement's sigma; negative when it fails. */
  readonly margin?: number | undefined;
  readonly spec?: string | undefined;
  /** Why it is listed where no spec says so, such as `highest bw`. */
  readonly reason?: string | undefined;
  readonly values: Readonly<Record<string, number>>;
}

/** Everything that a summary or a report shows about one group of samples. */
export interface Group {
  /** `all`, or a point of the axes such as `corner=ff, temp=125`. */
  readonly label: string;
  readonly rows: number;
  /** Status word -> rows, only those that are not ok. */
  readonly failures: Readonly<Record<string, number>>;
  readonly statistics: readonly ColumnStatistics[];
  readonly yields: readonly YieldStatistics[];
  readonly contributors: readonly Contributors[];
  readonly worst: readonly WorstSample[];
  /** Estimates with a linear control variate, where they are worth telling beside the plain ones. */
  readonly controlled?: ControlledAnswer | undefined;
}

/**
 * What the same rows say when a linear model of the random variables' normal scores, of which mean and covariance are
 * known, takes up what it can (Lavenberg & Welch 1981).
 */
export interface ControlledAnswer {
  readonly confidence: number;
  /** Scores in the model. */
  readonly controls: number;
  readonly statistics: readonly {
    readonly name: string;
    readonly unit: string;
    readonly mean?: ControlledEstimate | undefined;
    readonly sigma?: ControlledEstimate | undefined;
  }[];
  /** By spec, samples that failed to simulate counting as failing. */
  readonly yields: readonly { readonly name: string; readonly yield: ControlledEstimate }[];
}

export interface ControlledEstimate extends Estimate {
  /** Squared width of the plain interval over that of this one: as many times the samples would be needed without. */
  readonly ratio: number;
}

/** The answer to a study. `groups` has one entry per point of the axes where there are both axes and draws, and few of them. */
export interface Answers {
  readonly all: Group;
  readonly groups: readonly Group[];
  /** Where nothing is drawn and the points are few: what was measured at each. */
  readonly points?: readonly PointValues[] | undefined;
  /** Where samples are drawn by importance sampling: how probable failing is. `all` then has no statistics. */
  readonly failure?: FailureAnswer | undefined;
}

/** What importance sampling says of failing. */
export interface FailureAnswer {
  readonly confidence: number;
  /** Simulations that the search for failures took, and those that the estimate is from. */
  readonly searched: number;
  readonly sampled: number;
  /** One entry per spec and, where there are several, `overall` last. */
  readonly specs: readonly FailureStatistics[];
  readonly regions: readonly FailureRegion[];
  /** Why the estimate cannot be trusted as it stands; empty where nothing speaks against it. */
  readonly warnings: readonly string[];
}

export interface FailureStatistics {
  /** A spec's name, or `overall`. */
  readonly name: string;
  readonly measurement?: string | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Samples that failed to simulate count as failing the spec. */
  readonly failuresCounted: FailureEstimate;
  /** Samples that failed to simulate count as passing. */
  readonly failuresIgnored: FailureEstimate;
}

/** Where the circuit fails: the most probable point of it, in standard deviations of the independent normal scores. */
export interface FailureRegion {
  /** From the nominal point, in sigma. */
  readonly distance: number;
  /** Normal tail beyond that distance: the probability if failing were a half space. */
  readonly tail: number;
  /** Failing samples, and their part of the estimated probability. */
  readonly rows: number;
  readonly share: number;
  /** Coordinates of the point that are not 0, largest first. */
  readonly at: readonly { readonly variable: string; readonly sigmas: number }[];
}

/** One point of a sweep, of corners or of a worst case. */
export interface PointValues {
  /** `R1=1 kOhm, temp=125 °C` */
  readonly label: string;
  readonly sample: number;
  readonly status: string;
  /** By measurement; NaN where there is none. */
  readonly values: Readonly<Record<string, number>>;
}
