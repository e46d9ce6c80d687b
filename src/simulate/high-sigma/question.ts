import type { Scores } from './surface.ts';

/** One limit of one spec. */
export interface Side {
  readonly spec: string;
  /** Position among the values that `Simulate` gives back. */
  readonly response: number;
  readonly limit: number;
  /** 1 where larger values fail, -1 where smaller ones do. */
  readonly sign: 1 | -1;
}

/** A way to fail: its most probable point, on the boundary. */
export interface Region {
  readonly side: Side;
  readonly at: Scores;
  /** From the nominal point, in sigma. */
  readonly distance: number;
}

export interface SearchOptions {
  /** Coordinates of a point. */
  readonly size: number;
  /** Coordinates that are searched; the others are drawn, or at their median. */
  readonly searchable: readonly number[];
  readonly sides: readonly Side[];
  /** Sigma level of interest. */
  readonly level: number;
  readonly seed: number;
  /** Values at points, per point and response; NaN where there is none. `stage` names the batch: `explore`, `search-1`, … */
  readonly simulate: (points: readonly Scores[], stage: string) => Promise<(readonly number[])[]>;
}

export interface SearchResult {
  readonly regions: readonly Region[];
  /** Sides whose limit the search did not reach. */
  readonly unreached: readonly Side[];
  /** Sides whose limit the nominal point is beyond already. */
  readonly failingNominal: readonly Side[];
  readonly simulations: number;
}

/** Sigmas beyond the level of interest that are still searched. */
const REACH_BEYOND = 1.5;
export const reachOf = (level: number): number => level + REACH_BEYOND;
