import { studentQuantile } from './distributions.ts';
import { Moments } from './moments.ts';
import type { Estimate } from './types.ts';

/** Groups that independent values are dealt to in turn. */
export const JACKKNIFE_GROUPS = 20;
/** Fewest values of a group of which leaving it out says something. */
const FEWEST_PER_GROUP = 10;

/** Whether the groups hold enough values. */
export const isEnoughToJackknife = (groups: readonly Moments[]): boolean =>
  groups.length > 1 && groups.every(({ n }) => n >= FEWEST_PER_GROUP);

/**
 * Interval of a statistic by leaving out one group after another: no distribution is assumed (delete-a-group jackknife,
 * Wolter 2007, ch. 4; Kott 2001), Student t over the groups. `undefined` where the statistic has no value somewhere.
 */
export function jackknifeInterval(
  value: number,
  groups: readonly Moments[],
  of: (moments: Moments) => number,
  confidence: number,
): Estimate | undefined {
  const count = groups.length;
  const partial = groups.map((_, left) => {
    const rest = new Moments();
    groups.forEach((group, k) => {
      if (k !== left) rest.merge(group);
    });
    return of(rest);
  });
  if (!Number.isFinite(value) || !partial.every(Number.isFinite)) return undefined;
  const mean = partial.reduce((sum, x) => sum + x, 0) / count;
  const squares = partial.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const half = studentQuantile((1 + confidence) / 2, count - 1) * Math.sqrt(((count - 1) / count) * squares);
  return { value, low: value - half, high: value + half };
}
