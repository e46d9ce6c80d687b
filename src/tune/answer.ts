import type { Estimate } from '../stats/types.ts';
import type { ORIGINS } from './records.ts';

/** A figure at the point where it is worst, with its interval there. */
export interface FigureEstimate extends Estimate {
  readonly point: number;
}

/** A design as the search knows it. */
export interface TuneTrial {
  readonly trial: number;
  readonly origin: (typeof ORIGINS)[number];
  /** Values of the design variables. */
  readonly design: readonly number[];
  /** Per corner and sweep point. */
  readonly samples: number;
  /** At the worst point; NaN without a figure. */
  readonly objectives: readonly number[];
  readonly constraints: readonly number[];
  readonly feasible: boolean;
  /** Samples that could not be simulated. */
  readonly failed: number;
}

/** A design that was simulated again with other draws, so that its figures are no luck. */
export interface TunedDesign extends Omit<TuneTrial, 'objectives' | 'constraints'> {
  readonly objectives: readonly FigureEstimate[];
  readonly constraints: readonly FigureEstimate[];
  /** Whether its figures are those of other draws; where nothing is random they are exact without. */
  readonly confirmed: boolean;
  /** What the search had of it. */
  readonly searched: TuneTrial;
}

/** A step of the search: what was known after it. */
export interface TuneStep {
  readonly trial: number;
  readonly samples: number;
  /** Simulations of the search up to then. */
  readonly simulations: number;
  readonly objectives: readonly number[];
  readonly feasible: boolean;
}

export interface TuneColumn {
  readonly name: string;
  readonly unit: string;
}

export interface TuneAnswer {
  readonly location: string;
  readonly title: string;
  readonly sampler: string;
  readonly budget: number;
  readonly simulations: { readonly search: number; readonly confirm: number };
  /** Whether anything is drawn. */
  readonly random: boolean;
  readonly confidence: number;
  readonly engine: string;
  readonly design: readonly (TuneColumn & { readonly log: boolean })[];
  readonly objectives: readonly (TuneColumn & { readonly direction: 'minimize' | 'maximize' })[];
  readonly constraints: readonly (TuneColumn & { readonly low?: number; readonly high?: number })[];
  /** Corners and sweep points, by number; one without a name where there are neither. */
  readonly points: readonly string[];
  /** Samples of a design at each rung of early stopping. */
  readonly rungs: readonly number[];
  readonly trials: readonly TuneTrial[];
  readonly steps: readonly TuneStep[];
  /** Best first; with several objectives the front. */
  readonly best: readonly TunedDesign[];
  /** The deck's own design, for comparison. */
  readonly own?: TunedDesign | undefined;
}
