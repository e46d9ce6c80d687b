import { normalQuantile } from '../../plan/normal.ts';
import { uniformSource } from '../../plan/uniform-source.ts';
import { lengthOf, scaled } from './probable-point.ts';
import { reachOf, type SearchOptions } from './question.ts';
import type { Scores } from './surface.ts';

const FEWEST_EXPLORED = 32;
const MOST_EXPLORED = 256;
const MOST_LOCAL = 32;
/** Spread of the points around a candidate, in sigma. */
export const LOCAL_SPREAD = 0.75;
/** Distances from a candidate, in sigma, at which its ray is simulated. */
const RAY_STEPS = [-1.5, -0.5, 0.5, 1.5];
/** Distance of two points on a ray that are neighbours by these steps, and a little. */
export const FINEST_RAY = 1 + 1e-9;

/** How many points are explored at first. */
export function explorationSize({ searchable }: SearchOptions): number {
  const wanted = 2 ** Math.ceil(Math.log2(4 * Math.max(1, searchable.length)));
  return Math.min(MOST_EXPLORED, Math.max(FEWEST_EXPLORED, wanted));
}

/** As far out as the level in all, but neither so near that nothing bends nor so far that nothing works. */
export function explorationPoints({ size, searchable, level, seed }: SearchOptions, count: number): Scores[] {
  const inflation = Math.min(2.5, Math.max(1.5, level / Math.sqrt(searchable.length)));
  const inflated = new Set(searchable);
  const all = Array.from({ length: size }, (_, k) => k);
  return normalPoints('explore', count, seed, size, all).map((point) =>
    point.map((value, k) => (inflated.has(k) ? inflation * value : value)),
  );
}

/** Scrambled Sobol points as standard normal scores in some coordinates, 0 in the others. */
function normalPoints(
  name: string,
  count: number,
  seed: number,
  size: number,
  coordinates: readonly number[],
): Scores[] {
  const sampling = { method: 'sobol', seed, replicates: 1 } as const;
  const sources = coordinates.map((k, dimension) => ({
    k,
    uniform: uniformSource(sampling, `${name} ${k}`, dimension),
  }));
  return Array.from({ length: count }, (_, draw) => {
    const point = new Float64Array(size);
    for (const { k, uniform } of sources) point[k] = normalQuantile(uniform(draw));
    return point;
  });
}

/** Points to simulate next: along a candidate's ray, and around it. */
export function pointsAround(
  at: Scores,
  round: number,
  { searchable, level, seed, size }: SearchOptions,
): Scores[] {
  const distance = lengthOf(at);
  const along = RAY_STEPS.map((step) => distance + step).filter((r) => r > 0.25);
  const outermost = reachOf(level);
  const ray = [
    ...new Set([...along.map((r) => Math.min(r, outermost)), ...(round === 1 ? [outermost] : [])]),
  ];
  const count = Math.min(MOST_LOCAL, Math.max(8, Math.ceil(1.5 * searchable.length)));
  const around = normalPoints(`around ${round} ${at.join()}`, count, seed, size, searchable);
  const centre = distance > outermost ? scaled(at, outermost) : at;
  return [
    ...ray.map((r) => scaled(at, r)),
    ...around.map((offset) => centre.map((value, k) => value + LOCAL_SPREAD * offset[k]!)),
  ];
}

/** A point with 0 in all but some coordinates. */
export function only(at: Scores, coordinates: readonly number[]): Scores {
  const point = new Float64Array(at.length);
  for (const k of coordinates) point[k] = at[k]!;
  return point;
}
