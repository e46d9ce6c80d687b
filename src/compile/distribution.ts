import { SpiceLabError } from '../errors/index.ts';
import { checkDistribution, type Distribution } from '../plan/index.ts';
import type { DistributionSpec, Limit, Quantity } from '../study/schema.ts';

/** A distribution in the target's own unit, its centre where it has one, and whether it scales with that centre. */
export interface Resolved {
  readonly distribution: Distribution;
  /** Mean, median or mode: what a sweep or a corner of the same target replaces. */
  readonly centre: number | undefined;
  readonly relative: boolean;
}

/**
 * Makes every quantity absolute. Relative amounts are of the magnitude of the nominal, so that 1 % of -5 V is 50 mV.
 * @param deckValue the deck's own value, the nominal where the distribution gives none
 * @throws SpiceLabError DISTRIBUTION_INVALID
 */
export function resolveDistribution(
  spec: DistributionSpec,
  deckValue: number | undefined,
  target: string,
): Resolved {
  const resolved = resolve(spec, nominalOf(spec, deckValue, target), target);
  try {
    checkFinite(resolved.distribution);
    checkDistribution(resolved.distribution);
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError)) throw thrown;
    throw invalid(target, thrown.message, thrown.remedy ?? 'Correct the distribution.');
  }
  return resolved;
}

function resolve(spec: DistributionSpec, nominal: number, target: string): Resolved {
  const width = (quantity: Quantity) => absolute(quantity, nominal, target);
  const limit = (bound: Limit) =>
    'at' in bound ? bound.at : nominal + absolute(bound.offset, nominal, target);
  const limitScales = (bound: Limit) => 'offset' in bound && bound.offset.relative;
  switch (spec.kind) {
    case 'normal':
      return {
        distribution: { kind: 'normal', mean: nominal, sigma: positive(width(spec.sigma), 'sigma', target) },
        centre: nominal,
        relative: spec.sigma.relative,
      };
    case 'truncated-normal':
      return {
        distribution: {
          kind: 'truncated-normal',
          mean: nominal,
          sigma: positive(width(spec.sigma), 'sigma', target),
          low: limit(spec.low),
          high: limit(spec.high),
        },
        centre: nominal,
        relative: spec.sigma.relative && limitScales(spec.low) && limitScales(spec.high),
      };
    case 'uniform': {
      const tolerance = positive(width(spec.tolerance), 'tolerance', target);
      return {
        distribution: { kind: 'uniform', low: nominal - tolerance, high: nominal + tolerance },
        centre: nominal,
        relative: spec.tolerance.relative,
      };
    }
    case 'uniform-range':
      return {
        distribution: { kind: 'uniform', low: spec.low, high: spec.high },
        centre: (spec.low + spec.high) / 2,
        relative: false,
      };
    case 'lognormal':
      if (!(nominal > 0)) {
        throw invalid(target, `the median of a lognormal distribution is ${nominal}`, 'It must be above 0.');
      }
      return {
        distribution: { kind: 'lognormal', median: nominal, sigma: positive(spec.sigma, 'sigma', target) },
        centre: nominal,
        relative: true,
      };
    case 'triangular': {
      const [low, high] = [limit(spec.low), limit(spec.high)];
      if (!(low <= nominal && nominal <= high)) {
        throw invalid(
          target,
          `a triangular distribution from ${low} to ${high} does not contain its mode ${nominal}`,
          'Put the mode between the limits.',
        );
      }
      return {
        distribution: { kind: 'triangular', low, mode: nominal, high },
        centre: nominal,
        relative: limitScales(spec.low) && limitScales(spec.high),
      };
    }
    case 'discrete':
      return {
        distribution: { kind: 'discrete', values: [...spec.values], weights: [...spec.weights] },
        centre: undefined,
        relative: false,
      };
    case 'empirical':
      return {
        distribution: { kind: 'empirical', sorted: [...spec.values].sort((a, b) => a - b) },
        centre: undefined,
        relative: false,
      };
  }
}

/** 0 for distributions that need none. */
function nominalOf(spec: DistributionSpec, deckValue: number | undefined, target: string): number {
  if (
    !('nominal' in spec) &&
    (spec.kind === 'uniform-range' || spec.kind === 'discrete' || spec.kind === 'empirical')
  ) {
    return 0;
  }
  const nominal = ('nominal' in spec ? spec.nominal : undefined) ?? deckValue;
  if (nominal !== undefined) return nominal;
  throw invalid(
    target,
    'the deck does not tell its value',
    `Correct its name if the deck sets it; else give the nominal value, as in ${target}=normal(1k, 1%) instead of ${target}=normal(1%).`,
  );
}

/** A quantity in the target's unit. @throws SpiceLabError DISTRIBUTION_INVALID for a share of nothing */
export function absolute(quantity: Quantity, nominal: number, target: string): number {
  if (!quantity.relative) return quantity.amount;
  if (nominal === 0 && quantity.amount !== 0) {
    throw invalid(
      target,
      'its nominal value is 0, and a share of 0 is 0',
      `Give the tolerance as a number, as in ${target}=normal(0, 2m).`,
    );
  }
  return quantity.amount * Math.abs(nominal);
}

function positive(value: number, what: string, target: string): number {
  if (value >= 0) return value;
  throw invalid(target, `the ${what} is ${value}`, `Give a ${what} of 0 or more.`);
}

function checkFinite(distribution: Distribution): void {
  const numbers = Object.values(distribution).flat();
  const wrong = numbers.find((value) => typeof value === 'number' && !Number.isFinite(value));
  if (wrong !== undefined || numbers.length < 2) {
    throw new SpiceLabError('DISTRIBUTION_INVALID', `a number of it is ${wrong ?? 'missing'}`, {
      remedy: 'Give finite numbers.',
    });
  }
}

function invalid(target: string, message: string, remedy: string): SpiceLabError {
  return new SpiceLabError('DISTRIBUTION_INVALID', `distribution of ${target}: ${message}`, { remedy });
}
