import { type Plan, type Shift, scoreSpace } from '../../plan/index.ts';
import { tailBeyond } from '../../stats/failure.ts';
import { type Region, reachOf, type SearchResult } from './question.ts';
import type { Scores } from './surface.ts';

/** The plan at explicit points in the space of its scores, instead of drawn ones. Sample i is point i; nothing is judged. */
export function planAtScores(plan: Plan, points: readonly Scores[]): Plan {
  const space = scoreSpace(plan);
  const row = new Float64Array(plan.variables.length);
  const columns = space.coordinates.map(({ index }) => ({ variable: index, values: [] as number[] }));
  for (const at of points) {
    space.fillValues(at, row, 0);
    for (const { variable, values } of columns) values.push(row[variable]!);
  }
  const axis = plan.axes.length;
  return {
    ...plan,
    variables: plan.variables.map((variable) =>
      variable.source.kind === 'random' ? { ...variable, source: { kind: 'axis', axis } } : variable,
    ),
    axes: [...plan.axes, { name: 'points', length: points.length, columns }],
    sampling: { method: 'random', seed: plan.sampling.seed },
    correlations: [],
    specs: [],
    waveforms: [],
  };
}

/** Share of the draws that keep the variables' own density, so that no weight is above its inverse. */
const DEFENSIVE = 0.1;
/** Least share of a region among those of its spec. */
const LEAST_SHARE = 0.1;

/** Draws of one scrambled replicate: a power of two, which Sobol points fill evenly. */
export interface Draws {
  /** 0 for pseudo-random draws. */
  readonly replicates: number;
  readonly samples: number;
}

/**
 * The plan with its draws shifted to where the search found failures: every spec has an equal share of them, and within
 * a spec its regions share as their normal tails do.
 */
export function importancePlan(plan: Plan, found: SearchResult, level: number, { replicates }: Draws): Plan {
  const { coordinates } = scoreSpace(plan);
  const specs = [...new Set(found.regions.map(({ side }) => side.spec))];
  const shifts = specs.flatMap((spec) =>
    weightsOf(found.regions.filter(({ side }) => side.spec === spec)).map(
      ({ region, weight }): Shift => ({
        weight: ((1 - DEFENSIVE) * weight) / specs.length,
        shift: coordinates.flatMap(({ index }, k) =>
          region.at[k] === 0 ? [] : [{ variable: index, by: region.at[k]! }],
        ),
      }),
    ),
  );
  const unreached = plan.specs
    .map(({ name }) => name)
    .filter((name) => !specs.includes(name) && found.unreached.some(({ spec }) => spec === name));
  return {
    ...plan,
    sampling: {
      method: 'importance',
      seed: plan.sampling.seed,
      replicates,
      shifts: [...shifts, { weight: DEFENSIVE, shift: [] }],
      searched: found.simulations,
      reach: reachOf(level),
      unreached,
    },
  };
}

function weightsOf(regions: readonly Region[]): { region: Region; weight: number }[] {
  const tails = regions.map(({ distance }) => tailBeyond(distance));
  const total = tails.reduce((sum, tail) => sum + tail, 0);
  const floored = tails.map((tail) => Math.max(LEAST_SHARE, tail / total));
  const all = floored.reduce((sum, share) => sum + share, 0);
  return regions.map((region, k) => ({ region, weight: floored[k]! / all }));
}

/**
 * How many draws of which kind a budget allows: at least `least` replicates of a power of two each.
 * @param least replicates wanted; 0 for pseudo-random draws
 */
export function drawsWithin(budget: number, least: number): Draws {
  if (least === 0) return { replicates: 0, samples: budget };
  const each = 2 ** Math.floor(Math.log2(Math.max(1, budget / least)));
  const replicates = Math.max(2, Math.floor(budget / each));
  return { replicates, samples: replicates * each };
}
