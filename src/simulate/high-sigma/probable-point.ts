import type { Scores, Surface } from './surface.ts';

const MOST_STEPS = 60;
/** Sigmas within which a point counts as on the boundary, or two steps as the same. */
const CLOSE = 0.01;

export const lengthOf = (at: ArrayLike<number>): number => Math.sqrt(dot(at, at));

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

export const scaled = (at: Scores, to: number): Scores => {
  const length = lengthOf(at);
  return at.map((value) => (value * to) / length);
};

/** Cosine of the angle between two points as seen from the nominal one. */
export const cosine = (a: Scores, b: Scores): number => dot(a, b) / (lengthOf(a) * lengthOf(b));

/**
 * The point nearest to the nominal one at which a surface reaches a limit: the most probable one, found from `start` by
 * the iteration of Hasofer & Lind (1974) and Rackwitz & Fiessler (1978), halving steps that go astray.
 * @returns `undefined` where the iteration does not settle on the limit
 */
export function probablePoint(surface: Surface, limit: number, start: Scores): Scores | undefined {
  let at = start;
  let damping = 1;
  let before = Number.POSITIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = surface.gradient(at);
    const steepness = lengthOf(gradient);
    if (!(steepness > 0)) return undefined;
    const miss = (surface.value(at) - limit) / steepness;
    const target = dot(gradient, at) / steepness - miss;
    const next = at.map((value, k) => value + damping * ((target * gradient[k]!) / steepness - value));
    const moved = lengthOf(next.map((value, k) => value - at[k]!));
    if (!Number.isFinite(moved)) return undefined;
    if (moved < CLOSE * damping && Math.abs(miss) < CLOSE * 10) return next;
    if (moved > 0.9 * before) damping = Math.max(0.05, damping / 2);
    before = moved;
    at = next;
  }
  return undefined;
}
