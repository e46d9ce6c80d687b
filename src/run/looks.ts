import type { Plan } from '../plan/schema.ts';

/**
 * At which prefixes a stopping rule may look. They are fixed by the plan alone, so that the decision depends on nothing
 * that happened while the run went.
 */
export interface LookGrid {
  /** Samples per draw: the points of the axes. */
  readonly points: number;
  /** Independent scrambles that draws are dealt to in turn; 1 where draws are independent of each other. */
  readonly replicates: number;
  /** Looks are at whole multiples of so many draws. */
  readonly block: number;
  /** Whether looks double (a Sobol net is balanced at powers of two) or grow by half. */
  readonly doubling: boolean;
}

const FEWEST_DRAWS = 100;
const FEWEST_SOBOL_POINTS = 8;

/** Latin hypercubes are looked at by whole hypercubes, Sobol points by powers of two per replicate. */
export function lookGrid(plan: Pick<Plan, 'axes' | 'sampling'>): LookGrid {
  const points = plan.axes.reduce((product, axis) => product * axis.length, 1);
  const { sampling } = plan;
  if (sampling.method === 'sobol')
    return { points, replicates: sampling.replicates, block: sampling.replicates, doubling: true };
  const block = sampling.method === 'lhs' ? sampling.block : 1;
  return { points, replicates: 1, block, doubling: false };
}

/** Samples of the first look. */
export function firstLook(grid: LookGrid): number {
  if (!grid.doubling) return wholeBlocks(grid, FEWEST_DRAWS) * grid.points;
  let draws = grid.block * FEWEST_SOBOL_POINTS;
  while (draws < FEWEST_DRAWS) draws *= 2;
  return draws * grid.points;
}

/** Samples of the look after one at `samples`. */
export function nextLook(grid: LookGrid, samples: number): number {
  if (grid.doubling) return samples * 2;
  const draws = samples / grid.points;
  return Math.max(wholeBlocks(grid, draws + Math.ceil(draws / 2)), draws + grid.block) * grid.points;
}

const wholeBlocks = (grid: LookGrid, draws: number): number => Math.ceil(draws / grid.block) * grid.block;
