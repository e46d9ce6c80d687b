import { SpiceLabError } from '../errors/index.ts';
import { normalCdf, normalLogCdf, normalLogQuantile, normalQuantile } from './normal.ts';
import type { Distribution } from './schema.ts';

/** A variable's value from a uniform number in (0, 1), or from a standard normal one (its normal score). */
export interface QuantileFunction {
  readonly ofUniform: (u: number) => number;
  readonly ofScore: (z: number) => number;
}

/**
 * The quantile function of a distribution, its constants worked out once. Both forms give the same value for
 * u = P(Z <= z), up to rounding.
 * @throws SpiceLabError DISTRIBUTION_INVALID for limits out of order, weights without a positive one, unsorted values.
 */
export function quantileFunction(distribution: Distribution): QuantileFunction {
  checkDistribution(distribution);
  switch (distribution.kind) {
    case 'normal': {
      const { mean, sigma } = distribution;
      return fromScore((z) => mean + sigma * z);
    }
    case 'lognormal': {
      const { median, sigma } = distribution;
      return fromScore((z) => median * Math.exp(sigma * z));
    }
    case 'uniform': {
      const { low, high } = distribution;
      return fromUniform((u) => clamp(low + (high - low) * u, low, high));
    }
    case 'triangular':
      return fromUniform(triangular(distribution.low, distribution.mode, distribution.high));
    case 'truncated-normal':
      return fromUniform(truncatedNormal(distribution));
    case 'discrete':
      return fromUniform(discrete(distribution.values, distribution.weights));
    case 'empirical':
      return fromUniform(empirical(distribution.sorted));
  }
}

/** @throws SpiceLabError DISTRIBUTION_INVALID naming what does not fit together. */
export function checkDistribution(distribution: Distribution): void {
  switch (distribution.kind) {
    case 'uniform':
      inOrder(distribution.kind, distribution.low, distribution.high);
      return;
    case 'triangular':
      inOrder(distribution.kind, distribution.low, distribution.mode);
      inOrder(distribution.kind, distribution.mode, distribution.high);
      return;
    case 'truncated-normal':
      if (!(distribution.low < distribution.high))
        throw invalid(
          `a truncated normal needs low < high, not ${distribution.low} and ${distribution.high}`,
          'Give limits with some room between them.',
        );
      return;
    case 'discrete':
      if (distribution.weights.length !== distribution.values.length)
        throw invalid(
          `a discrete distribution has ${distribution.values.length} values but ${distribution.weights.length} weights`,
          'Give one weight per value, as in discrete(1k:0.5, 2k:0.5).',
        );
      if (!distribution.weights.some((weight) => weight > 0))
        throw invalid('no weight of a discrete distribution is above 0', 'Give at least one value a weight.');
      return;
    case 'empirical':
      if (distribution.sorted.some((value, i) => i > 0 && value < distribution.sorted[i - 1]!))
        throw invalid(
          'the values of an empirical distribution are not sorted',
          'Sort them from low to high.',
        );
      return;
    default:
      return;
  }
}

function inOrder(kind: string, low: number, high: number): void {
  if (!(low <= high))
    throw invalid(
      `limits of a ${kind} distribution are out of order: ${low} > ${high}`,
      'Put the lower one first.',
    );
}

const invalid = (message: string, remedy: string) =>
  new SpiceLabError('DISTRIBUTION_INVALID', message, { remedy });

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

const fromScore = (ofScore: (z: number) => number): QuantileFunction => ({
  ofScore,
  ofUniform: (u) => ofScore(normalQuantile(u)),
});

/** Scores beyond 8.3 sigma round to probability 1; the largest number below it keeps quantiles finite. */
const fromUniform = (ofUniform: (u: number) => number): QuantileFunction => ({
  ofUniform,
  ofScore: (z) => ofUniform(clamp(normalCdf(z), Number.MIN_VALUE, 1 - 2 ** -53)),
});

/** Inverse of the piecewise quadratic distribution function; a mode on a limit is allowed. */
function triangular(low: number, mode: number, high: number): (u: number) => number {
  const width = high - low;
  if (width === 0) return () => low;
  const left = (mode - low) / width;
  const rising = width * (mode - low);
  const falling = width * (high - mode);
  return (u) =>
    clamp(u < left ? low + Math.sqrt(u * rising) : high - Math.sqrt((1 - u) * falling), low, high);
}

/** Works on the side of the mean where probabilities are small, in logarithms, so that far tails keep their digits. */
function truncatedNormal(d: Distribution & { kind: 'truncated-normal' }): (u: number) => number {
  const a = (d.low - d.mean) / d.sigma;
  const b = (d.high - d.mean) / d.sigma;
  const unscale = (z: number) => clamp(d.mean + d.sigma * z, d.low, d.high);
  if (a > 0) {
    const mirrored = lowerTruncated(-b, -a);
    return (u) => unscale(-mirrored(1 - u));
  }
  const direct = lowerTruncated(a, b);
  return (u) => unscale(direct(u));
}

/** Quantile of the standard normal cut to [a, b] with a <= 0. */
function lowerTruncated(a: number, b: number): (u: number) => number {
  if (b > -6) {
    const below = normalCdf(a);
    const between = normalCdf(b) - below;
    const above = normalCdf(-b);
    // Above the median the complement is the smaller number: 1 - (below + u between) = above + (1 - u) between.
    return (u) => {
      const p = below + u * between;
      return p <= 0.5 ? normalQuantile(p) : -normalQuantile(above + (1 - u) * between);
    };
  }
  const logTop = normalLogCdf(b);
  const ratio = Math.exp(normalLogCdf(a) - logTop);
  return (u) => normalLogQuantile(logTop + Math.log(ratio + u * (1 - ratio)));
}

function discrete(values: readonly number[], weights: readonly number[]): (u: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const upTo: number[] = [];
  let sum = 0;
  for (const weight of weights) {
    sum += weight;
    upTo.push(sum / total);
  }
  // Rounding may leave the last boundary below 1; whatever lies beyond belongs to the last value with a weight.
  const last = weights.findLastIndex((weight) => weight > 0);
  return (u) => {
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (u < upTo[middle]!) high = middle;
      else low = middle + 1;
    }
    return values[low]!;
  };
}

/** Hyndman & Fan, "Sample quantiles in statistical packages" (1996), type 7. */
function empirical(sorted: readonly number[]): (u: number) => number {
  const last = sorted.length - 1;
  return (u) => {
    const position = u * last;
    const i = Math.min(Math.floor(position), last);
    const from = sorted[i]!;
    const to = sorted[Math.min(i + 1, last)]!;
    return from + (to - from) * (position - i);
  };
}
