import { SpiceLabError } from '../errors/index.ts';
import { choleskyFactor, correlateScores } from './correlate.ts';
import { type QuantileFunction, quantileFunction } from './quantile.ts';
import type { Distribution, Plan } from './schema.ts';

/** A random variable as a coordinate of the space of independent standard normal scores. */
export interface Coordinate {
  readonly name: string;
  /** Its variable in the plan. */
  readonly index: number;
  /** Whether its values change with its score, so that a shift means something: not of two-point and other discrete ones. */
  readonly continuous: boolean;
}

/** A correlated group: its members' scores are a fixed linear map of as many independent ones. */
interface GroupOfScores {
  fill(score: (coordinate: number) => number, values: Float64Array, offset: number): void;
}

/**
 * The random variables of a plan as functions of independent standard normal scores, one per variable in the plan's
 * order: a correlated group's are mixed by the Cholesky factor of its matrix (a Gaussian copula), and each goes through
 * its variable's quantile function.
 */
export interface ScoreSpace {
  readonly coordinates: readonly Coordinate[];
  /** Variables in no correlated group. */
  readonly singles: readonly {
    readonly coordinate: number;
    readonly index: number;
    readonly quantile: QuantileFunction;
  }[];
  readonly groups: readonly GroupOfScores[];
  /** Writes the variables' values at these scores into a row of variables. */
  fillValues(scores: ArrayLike<number>, values: Float64Array, offset: number): void;
}

/** @throws SpiceLabError PLAN_INVALID, CORRELATION_INVALID or DISTRIBUTION_INVALID for a plan that contradicts itself */
export function scoreSpace({
  variables,
  correlations,
}: Pick<Plan, 'variables' | 'correlations'>): ScoreSpace {
  const random = variables.flatMap(({ name, source }, index) =>
    source.kind === 'random' ? [{ name, index, distribution: source.distribution }] : [],
  );
  const coordinates = random.map(({ name, index, distribution }) => ({
    name,
    index,
    continuous: isContinuous(distribution),
  }));
  const quantiles = random.map(({ distribution }) => quantileFunction(distribution));
  const coordinateOf = new Map(random.map(({ index }, coordinate) => [index, coordinate]));
  const grouped = new Set(correlations.flatMap(({ members }) => members));
  const singles = random.flatMap(({ index }, coordinate) =>
    grouped.has(index) ? [] : [{ coordinate, index, quantile: quantiles[coordinate]! }],
  );
  const groups = correlations.map(({ members, matrix }) => {
    const factor = choleskyFactor(matrix);
    const sources = members.map((member) => {
      const coordinate = coordinateOf.get(member);
      if (coordinate === undefined)
        throw new SpiceLabError('PLAN_INVALID', `variable ${member} is correlated but not random`);
      return { coordinate, of: quantiles[coordinate]!.ofScore, member };
    });
    const mixed = new Float64Array(members.length);
    const fill: GroupOfScores['fill'] = (score, values, offset) => {
      for (const [i, { coordinate }] of sources.entries()) mixed[i] = score(coordinate);
      correlateScores(factor, mixed);
      for (const [i, { of, member }] of sources.entries()) values[offset + member] = of(mixed[i]!);
    };
    return { fill };
  });
  return {
    coordinates,
    singles,
    groups,
    fillValues: (scores, values, offset) => {
      for (const { coordinate, index, quantile } of singles)
        values[offset + index] = quantile.ofScore(scores[coordinate]!);
      for (const group of groups) group.fill((coordinate) => scores[coordinate]!, values, offset);
    },
  };
}

function isContinuous(distribution: Distribution): boolean {
  switch (distribution.kind) {
    case 'discrete':
      return false;
    case 'normal':
    case 'lognormal':
      return distribution.sigma > 0;
    case 'uniform':
    case 'triangular':
      return distribution.high > distribution.low;
    case 'empirical':
      return distribution.sorted.at(-1)! > distribution.sorted[0]!;
    case 'truncated-normal':
      return true;
  }
}
