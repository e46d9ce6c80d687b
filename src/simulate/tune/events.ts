import type { Design } from './journal.ts';

/** What a search tells as it goes. */
export type TuneEvent =
  | {
      readonly type: 'tune-started';
      readonly location: string;
      readonly why: 'created' | 'continued';
      readonly sampler: string;
      readonly budget: number;
      /** Simulations that are there already. */
      readonly simulations: number;
      readonly designs: number;
      readonly backend: string;
      readonly workers: number;
      readonly engine: string;
    }
  | {
      readonly type: 'tune-progress';
      readonly simulations: number;
      readonly budget: number;
      readonly designs: number;
      readonly underWay: number;
      readonly stage: 'search' | 'confirm';
    }
  /** A design has its samples of a rung. */
  | {
      readonly type: 'tune-result';
      readonly trial: number;
      readonly design: readonly number[];
      readonly origin: Design['origin'];
      readonly samples: number;
      readonly objectives: readonly number[];
      readonly constraints: readonly number[];
      readonly feasible: boolean;
      /** Whether nothing that was found so far is better. */
      readonly best: boolean;
    }
  | { readonly type: 'notice'; readonly message: string };
