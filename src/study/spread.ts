import type { DistributionSpec, Limit, PointValue, Quantity } from './schema.ts';

/** Where a distribution ends, and where its middle is; `undefined` is the deck's own value. */
export interface Extremes {
  readonly nominal: PointValue;
  readonly low: PointValue;
  readonly high: PointValue;
}

/**
 * The extremes that a worst case takes: the limits where there are some, else `at` sigma on both sides (normal and
 * lognormal); the smallest and largest value of a discrete or empirical distribution.
 */
export function extremesOf(distribution: DistributionSpec, at: number): Extremes {
  switch (distribution.kind) {
    case 'normal':
      return around(distribution.nominal, scaled(distribution.sigma, at));
    case 'uniform':
      return around(distribution.nominal, distribution.tolerance);
    case 'truncated-normal':
    case 'triangular': {
      const { nominal, low, high } = distribution;
      return { nominal: place(nominal), low: limitOf(nominal, low), high: limitOf(nominal, high) };
    }
    case 'lognormal': {
      const { nominal, sigma } = distribution;
      const factor = (sign: number) =>
        offsetFrom(nominal, { amount: Math.expm1(sign * at * sigma), relative: true });
      return { nominal: place(nominal), low: factor(-1), high: factor(1) };
    }
    case 'uniform-range': {
      const { low, high } = distribution;
      return { nominal: { at: (low + high) / 2 }, low: { at: low }, high: { at: high } };
    }
    case 'discrete': {
      const possible = distribution.values.filter((_, i) => distribution.weights[i]! > 0);
      return { nominal: undefined, low: { at: least(possible) }, high: { at: most(possible) } };
    }
    case 'empirical':
      return {
        nominal: undefined,
        low: { at: least(distribution.values) },
        high: { at: most(distribution.values) },
      };
  }
}

/** One standard deviation of a distribution on either side of its nominal, or `step` where one is given. */
export function stepsOf(distribution: DistributionSpec, step: Quantity | undefined): Extremes {
  const { nominal } = extremesOf(distribution, 1);
  const centre = nominal && 'at' in nominal ? nominal.at : undefined;
  const size = step ?? deviationOf(distribution);
  return around(centre, size);
}

/** The standard deviation, or for a distribution cut to limits that of the uncut one. */
function deviationOf(distribution: DistributionSpec): Quantity {
  switch (distribution.kind) {
    case 'normal':
    case 'truncated-normal':
      return distribution.sigma;
    case 'lognormal':
      return { amount: distribution.sigma, relative: true };
    case 'uniform':
      return scaled(distribution.tolerance, 1 / Math.sqrt(3));
    case 'uniform-range':
      return { amount: (distribution.high - distribution.low) / Math.sqrt(12), relative: false };
    case 'triangular':
      return triangularDeviation(distribution);
    case 'discrete':
      return absolute(deviation(distribution.values, distribution.weights));
    case 'empirical':
      return absolute(
        deviation(
          distribution.values,
          distribution.values.map(() => 1),
        ),
      );
  }
}

/** sqrt((l² + h² - l h) / 18) for limits l and h as signed distances from the mode. */
function triangularDeviation(d: DistributionSpec & { kind: 'triangular' }): Quantity {
  const distance = (limit: Limit): Quantity =>
    'offset' in limit ? limit.offset : { amount: limit.at - (d.nominal ?? 0), relative: false };
  const [low, high] = [distance(d.low), distance(d.high)];
  // With limits given as places and no mode, or of two kinds, the width alone says how large a step is sensible.
  if (low.relative !== high.relative) return 'offset' in d.high ? scaled(high, 0.5) : scaled(low, -0.5);
  if (d.nominal === undefined && !low.relative && 'at' in d.low && 'at' in d.high)
    return absolute((d.high.at - d.low.at) / Math.sqrt(24));
  const [l, h] = [low.amount, high.amount];
  return { amount: Math.sqrt(Math.max(0, l * l + h * h - l * h) / 18), relative: low.relative };
}

function deviation(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = values.reduce((sum, value, i) => sum + value * weights[i]!, 0) / total;
  return Math.sqrt(values.reduce((sum, value, i) => sum + weights[i]! * (value - mean) ** 2, 0) / total);
}

const absolute = (amount: number): Quantity => ({ amount, relative: false });

const scaled = ({ amount, relative }: Quantity, factor: number): Quantity => ({
  amount: amount * factor,
  relative,
});

const place = (nominal: number | undefined): PointValue =>
  nominal === undefined ? undefined : { at: nominal };

/** Shares are of the nominal's magnitude, so that the lower side stays the lower one below zero. */
function offsetFrom(nominal: number | undefined, offset: Quantity): PointValue {
  if (nominal === undefined) return { offset };
  return { at: nominal + (offset.relative ? Math.abs(nominal) : 1) * offset.amount };
}

const limitOf = (nominal: number | undefined, limit: Limit): PointValue =>
  'at' in limit ? limit : offsetFrom(nominal, limit.offset);

const around = (nominal: number | undefined, distance: Quantity): Extremes => ({
  nominal: place(nominal),
  low: offsetFrom(nominal, scaled(distance, -1)),
  high: offsetFrom(nominal, distance),
});

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
