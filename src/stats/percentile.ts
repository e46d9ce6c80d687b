import { binomialCdf, normalQuantile } from './distributions.ts';
import type { OrderStatistics } from './selection.ts';
import type { Estimate } from './types.ts';

/** The levels that every column is told at. */
export const PERCENTILE_LEVELS: readonly number[] = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999];

/** Where a percentile and its interval stand in the sorted values; ranks from 0, `low` -1 or `high` n where there is no bound. */
export interface PercentileRanks {
  readonly p: number;
  /** Position, a fraction between two ranks (Hyndman & Fan 1996, type 7). */
  readonly position: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Ranks of the distribution-free interval of a percentile: how many of n values lie below the true one is binomial
 * (Thompson 1936; David & Nagaraja 2003, 7.1). Covers with at least the stated confidence.
 */
export function binomialRanks(p: number, n: number, confidence: number): PercentileRanks {
  const tail = (1 - confidence) / 2;
  const z = normalQuantile(1 - tail);
  const spread = z * Math.sqrt(n * p * (1 - p));
  // P(B <= low) is to stay within the tail, so is P(B > high); the normal approximation is a step or two away.
  let low = clamp(Math.floor(n * p - spread), -1, n);
  while (low >= 0 && binomialCdf(low, n, p) > tail) low--;
  while (low + 1 < n && binomialCdf(low + 1, n, p) <= tail) low++;
  let high = clamp(Math.ceil(n * p + spread), 0, n);
  while (high < n && 1 - binomialCdf(high, n, p) > tail) high++;
  while (high > 0 && 1 - binomialCdf(high - 1, n, p) <= tail) high--;
  return { p, position: (n - 1) * p, low, high };
}

/**
 * Ranks of an interval whose levels are p -+ half: for draws that are not independent, where `half` comes from how the
 * share of values below the percentile differs between replicates (after Woodruff 1952).
 */
export function spreadRanks(p: number, n: number, half: number): PercentileRanks {
  return {
    p,
    position: (n - 1) * p,
    low: clamp(Math.floor(n * (p - half)) - 1, -1, n - 1),
    high: clamp(Math.ceil(n * (p + half)), 0, n),
  };
}

/** Ranks found for draws, carried over to n rows of which `rowsPerDraw` share one draw. */
export function stretchRanks(ranks: PercentileRanks, n: number, rowsPerDraw: number): PercentileRanks {
  if (rowsPerDraw === 1) return ranks;
  return {
    p: ranks.p,
    position: (n - 1) * ranks.p,
    low: ranks.low < 0 ? -1 : Math.floor(ranks.low * rowsPerDraw),
    high: Math.min(n, Math.ceil((ranks.high + 1) * rowsPerDraw) - 1),
  };
}

/** The ranks that `percentileAt` will read. */
export function ranksRead(ranks: PercentileRanks, n: number): number[] {
  const below = Math.floor(ranks.position);
  const all = [below, below + 1, ranks.low, ranks.high];
  return all.filter((rank) => rank >= 0 && rank < n);
}

/** The percentile and its interval; a bound beyond the values at hand is infinite. */
export function percentileAt(
  order: OrderStatistics,
  ranks: PercentileRanks,
): Estimate & { readonly p: number } {
  return {
    p: ranks.p,
    value: valueAt(order, ranks.position),
    low: ranks.low < 0 ? Number.NEGATIVE_INFINITY : order.at(ranks.low),
    high: ranks.high >= order.n ? Number.POSITIVE_INFINITY : order.at(ranks.high),
  };
}

/** The value at a fractional rank, linear in between. */
export function valueAt(order: OrderStatistics, position: number): number {
  const below = Math.floor(position);
  const left = order.at(below);
  if (position === below || below + 1 >= order.n) return left;
  return left + (position - below) * (order.at(below + 1) - left);
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
