import { SpiceLabError } from '../errors/index.ts';
import { normalQuantile } from './normal.ts';
import type { Sampling } from './schema.ts';
import type { ScoreSpace } from './score-space.ts';
import { uniformSource } from './uniform-source.ts';

export type ImportanceSampling = Extract<Sampling, { method: 'importance' }>;

/** Draws from a mixture q of shifted standard normal densities, in the space of independent scores. */
export interface ImportanceDraws {
  /** Writes the scores of a draw, one per coordinate. A pure function of the plan and the draw. */
  scores(draw: number, into: Float64Array): void;
  /**
   * The standard normal density over q at these scores: what a draw counts for. At most the sum of the weights over that
   * of the unshifted density, where there is one (a defensive mixture: Hesterberg 1995, "Weighted average importance
   * sampling and defensive mixture distributions"; Owen & Zhou 2000, "Safe and effective importance sampling").
   */
  weight(scores: ArrayLike<number>): number;
}

/**
 * One draw takes one uniform number that chooses a density, and one per coordinate. The coordinates are turned (a
 * Householder reflection per density) so that the first of them runs along the shift: where failure depends on that
 * direction most, it depends on the best dimension of the Sobol points (Imai & Tan 2006, "A general dimension reduction
 * technique for derivative pricing").
 * @throws SpiceLabError PLAN_INVALID for a shift of a variable that is not random or has no continuous distribution
 */
export function importanceDraws(
  { coordinates }: Pick<ScoreSpace, 'coordinates'>,
  sampling: ImportanceSampling,
): ImportanceDraws {
  const size = coordinates.length;
  const first = coordinates.findIndex(({ continuous }) => continuous);
  // The coordinate along the shift has dimension 0, the choice of the density dimension 1; no variable's name is empty.
  const choice = uniformSource(sampling, '', 1);
  let next = 2;
  const uniforms = coordinates.map(({ name }, k) => uniformSource(sampling, name, k === first ? 0 : next++));
  const total = sampling.shifts.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  const densities = sampling.shifts.map(({ weight, shift }) => {
    const mean = new Float64Array(size);
    for (const { variable, by } of shift) mean[coordinateOf(coordinates, variable)] = by;
    below += weight / total;
    return {
      upTo: below,
      share: weight / total,
      mean,
      half: 0.5 * dot(mean, mean),
      turn: turnOf(mean, first),
    };
  });
  const last = densities.length - 1;
  return {
    scores(draw, into) {
      const u = choice(draw);
      const { mean, turn } = densities.find(({ upTo }) => u < upTo) ?? densities[last]!;
      for (let k = 0; k < size; k++) into[k] = normalQuantile(uniforms[k]!(draw));
      if (turn) {
        const along = dot(turn, into);
        for (let k = 0; k < size; k++) into[k]! -= along * turn[k]!;
      }
      for (let k = 0; k < size; k++) into[k]! += mean[k]!;
    },
    weight(scores) {
      let ratio = 0;
      for (const { share, mean, half } of densities) ratio += share * Math.exp(dot(mean, scores) - half);
      return 1 / ratio;
    },
  };
}

function coordinateOf(coordinates: ScoreSpace['coordinates'], variable: number): number {
  const found = coordinates.findIndex(({ index, continuous }) => index === variable && continuous);
  if (found >= 0) return found;
  throw new SpiceLabError('PLAN_INVALID', `not a plan: variable ${variable} cannot be shifted`);
}

/** √2 times the unit normal of the mirror that takes axis `first` to the direction of `mean`; `undefined` where they agree. */
function turnOf(mean: Float64Array, first: number): Float64Array | undefined {
  const length = Math.sqrt(dot(mean, mean));
  if (length === 0) return undefined;
  const normal = mean.map((value) => -value / length);
  normal[first]! += 1;
  const size = Math.sqrt(dot(normal, normal));
  return size < 1e-12 ? undefined : normal.map((value) => (Math.SQRT2 * value) / size);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
