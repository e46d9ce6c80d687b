import type { Plan } from '../plan/schema.ts';
import type { Uncertainty } from '../stats/replicates.ts';
import { hasRandomVariables, pointCount } from './axes.ts';

/** Groups that random draws are put into where one draw is repeated at several points. */
const RANDOM_GROUPS = 20;
const FEWEST_DRAWS_PER_GROUP = 5;

/**
 * How the rows of a plan (`all`), or those of one point of its axes (`point`), came about.
 * Over all points rows share their draws, so even random ones are compared in groups of draws (the method of random
 * groups, Wolter 2007, ch. 2). Latin hypercubes that follow each other are replicates (Iman 1981); a single one is treated
 * as random, which errs on the safe side (Owen 1997).
 */
export function uncertaintyOf(plan: Plan, rows: number, scope: 'all' | 'point'): Uncertainty {
  if (!hasRandomVariables(plan)) return { kind: 'exhaustive' };
  const points = pointCount(plan);
  const rowsPerDraw = scope === 'all' ? points : 1;
  const count = replicateCount(plan, rows);
  if (plan.sampling.method === 'sobol' && count > 1)
    return { kind: 'replicates', count, rowsPerDraw, method: `Student t over ${count} scrambled replicates` };
  if (plan.sampling.method === 'lhs' && hypercubesOf(plan, rows) > 1)
    return { kind: 'replicates', count, rowsPerDraw, method: `Student t over ${count} Latin hypercubes` };
  if (scope === 'all' && points > 1 && count > 1)
    return {
      kind: 'replicates',
      count,
      rowsPerDraw,
      method: `Student t over ${count} random groups of draws`,
    };
  return { kind: 'independent' };
}

/** Hypercubes more than this share a replicate. */
const MOST_HYPERCUBES = 64;

const hypercubesOf = (plan: Plan, rows: number): number =>
  plan.sampling.method === 'lhs' ? Math.ceil(rows / pointCount(plan) / plan.sampling.block) : 1;

/** Draws that follow each other in one replicate, before the next one's turn. */
export const drawsInTurn = (plan: Plan, rows: number): number =>
  plan.sampling.method === 'lhs' && hypercubesOf(plan, rows) > 1 ? plan.sampling.block : 1;

/** Draw j belongs to replicate floor(j / `drawsInTurn`) mod this. */
export function replicateCount(plan: Plan, rows: number): number {
  if (plan.sampling.method === 'sobol') return plan.sampling.replicates;
  const hypercubes = hypercubesOf(plan, rows);
  if (hypercubes > 1) return Math.min(MOST_HYPERCUBES, hypercubes);
  const draws = Math.floor(rows / pointCount(plan));
  return Math.max(1, Math.min(RANDOM_GROUPS, Math.floor(draws / FEWEST_DRAWS_PER_GROUP)));
}
