import { normalQuantile } from '../../plan/normal.ts';
import { uniformSource } from '../../plan/uniform-source.ts';
import { crossing } from './boundary.ts';
import { cosine, lengthOf, probablePoint, scaled } from './probable-point.ts';
import { fitSurface, type Observation, type Scores, type Surface } from './surface.ts';

/** One limit of one spec. */
export interface Side {
  readonly spec: string;
  /** Position among the values that `Simulate` gives back. */
  readonly response: number;
  readonly limit: number;
  /** 1 where larger values fail, -1 where smaller ones do. */
  readonly sign: 1 | -1;
}

/** A way to fail: its most probable point, on the boundary. */
export interface Region {
  readonly side: Side;
  readonly at: Scores;
  /** From the nominal point, in sigma. */
  readonly distance: number;
}

export interface SearchOptions {
  /** Coordinates of a point. */
  readonly size: number;
  /** Coordinates that are searched; the others are drawn, or at their median. */
  readonly searchable: readonly number[];
  readonly sides: readonly Side[];
  /** Sigma level of interest. */
  readonly level: number;
  readonly seed: number;
  /** Values at points, per point and response; NaN where there is none. `stage` names the batch: `explore`, `search-1`, … */
  readonly simulate: (points: readonly Scores[], stage: string) => Promise<(readonly number[])[]>;
}

export interface SearchResult {
  readonly regions: readonly Region[];
  /** Sides whose limit the search did not reach. */
  readonly unreached: readonly Side[];
  /** Sides whose limit the nominal point is beyond already. */
  readonly failingNominal: readonly Side[];
  readonly simulations: number;
}

/** Sigmas beyond the level of interest that are still searched. */
const REACH_BEYOND = 1.5;
export const reachOf = (level: number): number => level + REACH_BEYOND;

const FEWEST_EXPLORED = 32;
const MOST_EXPLORED = 256;
/** Times as many points are explored in addition where the surface says too little. */
const EXPLORED_MORE = 2;
const MOST_ROUNDS = 4;
const MOST_LOCAL = 32;
/** Spread of the points around a candidate, in sigma. */
const LOCAL_SPREAD = 0.75;
/** Distances from a candidate, in sigma, at which its ray is simulated. */
const RAY_STEPS = [-1.5, -0.5, 0.5, 1.5];
const FINEST_RAY = 1 + 1e-9;
/** Directions closer than this are one region. */
const SAME_DIRECTION = 0.8;
/** Failing points closer than this to a region's direction belong to it. */
const NEARBY = 0.6;
/** A candidate that turned less than this and moved less than `STILL` sigma has settled. */
const SETTLED_DIRECTION = 0.985;
const STILL = 0.25;
/** Regions this much farther out than the nearest of their limit add nothing to the probability: below 1/1000 at 5 sigma. */
const FARTHER = 1.5;
const MOST_PER_SIDE = 4;
const MOST_STARTS = 6;
/** Explored points that the surface does not account for and whose directions are followed. */
const MOST_SURPRISING = 3;
/** Surfaces that leave more unexplained than this are not believed without looking at the outermost points. */
const UNBELIEVED = 0.05;

interface Candidate {
  readonly side: Side;
  readonly at: Scores;
  readonly settled: boolean;
}

/**
 * Finds the most probable points of failure by real simulations: explores with scrambled Sobol points of inflated sigma,
 * fits a second-order response surface per response, and follows it to the limit; then, round by round, simulates around
 * each candidate and along its ray, and fits again with these counting most, until the candidates no longer move
 * (the design-point search of structural reliability: Hasofer & Lind 1974; Bucher & Bourgund 1990 for the surfaces).
 * A few hundred simulations; distances beyond `reachOf(level)` are not searched.
 */
export async function searchFailures(options: SearchOptions): Promise<SearchResult> {
  const { sides } = options;
  const log = new Log(options);
  const explored = explorationSize(options);
  const points = explorationPoints(options, explored * (1 + EXPLORED_MORE));
  await log.simulate([new Float64Array(options.size), ...points.slice(0, explored)], 'explore');
  const failingNominal = sides.filter((side) => !(log.beyond(side, 0) <= 0));
  const searched = sides.filter((side) => !failingNominal.includes(side));
  if (searched.some((side) => log.surface(side).unexplained > UNBELIEVED))
    await log.simulate(points.slice(explored), 'explore-more');
  let candidates = searched.flatMap((side) => firstCandidates(log, side));
  const landed: Region[] = [];
  for (let round = 1; round <= MOST_ROUNDS && candidates.length > 0; round++) {
    const batches = candidates.map((candidate) => log.around(candidate, round));
    await log.simulate(batches.flat(), `search-${round}`);
    const next: Candidate[] = [];
    for (const candidate of candidates) {
      const moved = refined(log, candidate);
      const region = moved && landing(log, moved);
      if (region && (moved.settled || round === MOST_ROUNDS)) landed.push(region);
      else if (moved && round < MOST_ROUNDS) next.push(moved);
    }
    const apart = next.filter(
      ({ side, at }) =>
        !landed.some((region) => region.side === side && cosine(region.at, at) > SAME_DIRECTION),
    );
    candidates = apartFrom(apart);
  }
  const regions = searched.flatMap((side) =>
    withFailures(log, side, nearest(landed.filter((region) => region.side === side))),
  );
  const found = new Set(regions.map(({ side }) => side));
  return {
    regions,
    unreached: searched.filter((side) => !found.has(side)),
    failingNominal,
    simulations: log.simulations,
  };
}

/** All that was simulated. */
class Log {
  private readonly points: Scores[] = [];
  private readonly values: (readonly number[])[] = [];

  constructor(readonly options: SearchOptions) {}

  get simulations(): number {
    return this.points.length;
  }

  async simulate(points: readonly Scores[], stage: string): Promise<void> {
    this.values.push(...(await this.options.simulate(points, stage)));
    this.points.push(...points);
  }

  at(row: number): Scores {
    return this.points[row]!;
  }

  /** How far a point is beyond a limit, in the response's unit; negative within it. */
  beyond({ response, limit, sign }: Side, row: number): number {
    return sign * (this.values[row]![response]! - limit);
  }

  /** A surface that holds near the limit, and near a point where one is given: what is far from either counts little. */
  surface(side: Side, near?: Scores): Surface {
    const { size, searchable } = this.options;
    const reach = LOCAL_SPREAD ** 2 * Math.max(4, searchable.length);
    const room = -this.beyond(side, 0);
    const observations: Observation[] = this.points.map((at, row) => {
      const farInSpace = near === undefined ? 0 : squaredDistance(at, near, searchable) / reach;
      const farInValue = (this.beyond(side, row) / room) ** 2;
      const weight = 1 / ((1 + farInSpace) * (1 + farInValue)) ** 2;
      return { at, value: this.values[row]![side.response]!, weight };
    });
    return fitSurface(observations, size, searchable);
  }

  /** Points to simulate next: along the candidate's ray, and around it. */
  around({ at }: Candidate, round: number): Scores[] {
    const { searchable, level, seed, size } = this.options;
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

  /** Simulated points in the direction of a point, the nominal one first. */
  onRay(side: Side, direction: Scores) {
    return this.points.flatMap((at, row) => {
      const distance = lengthOf(at);
      const on = distance === 0 || cosine(at, direction) > 1 - 1e-9;
      return on ? [{ distance, beyond: this.beyond(side, row) }] : [];
    });
  }

  /** Explored points, those farthest to the limit's side first. */
  outermost(side: Side): number[] {
    return this.points
      .map((_, row) => row)
      .filter((row) => row > 0 && Number.isFinite(this.beyond(side, row)))
      .sort((a, b) => this.beyond(side, b) - this.beyond(side, a));
  }
}

function firstCandidates(log: Log, side: Side): Candidate[] {
  const { searchable, size, level } = log.options;
  const surface = log.surface(side);
  const outermost = log.outermost(side);
  const downhill = surface.gradient(new Float64Array(size)).map((value) => side.sign * value);
  const axes = surface.active.flatMap((k) => [1, -1].map((sign) => axis(size, k, sign * level)));
  const starts = [
    ...(lengthOf(downhill) > 0 ? [scaled(downhill, level), scaled(downhill, -level)] : []),
    ...axes,
    ...outermost.slice(0, MOST_STARTS).map((row) => only(log.at(row), searchable)),
  ];
  const predicted = starts.flatMap((start) => {
    const at = lengthOf(start) > 0 ? probablePoint(surface, side.limit, start) : undefined;
    return at && lengthOf(at) > 0.1 ? [{ side, at, settled: false }] : [];
  });
  // One that the surface puts out of reach is still looked at, at the end of the reach.
  const kept = nearest(predicted.map(({ at }) => ({ side, at, distance: lengthOf(at) })))
    .slice(0, MOST_PER_SIDE)
    .map(({ at }) => ({ side, at, settled: false }));
  const surprising = outermost
    .filter((row) => {
      const at = log.at(row);
      const expected = side.sign * (surface.value(at) - side.limit);
      return (log.beyond(side, row) > 0 && expected < 0) || surface.unexplained > UNBELIEVED;
    })
    .map((row) => only(log.at(row), searchable))
    .filter((at) => lengthOf(at) > 0.1)
    .map((at) => ({ side, at: scaled(at, Math.min(lengthOf(at), reachOf(level))), settled: false }));
  return apartFrom([...kept, ...surprising]).slice(0, kept.length + MOST_SURPRISING);
}

/** Where the surface, fitted anew with the points around a candidate counting most, puts it. */
function refined(log: Log, { side, at }: Candidate): Candidate | undefined {
  const surface = log.surface(side, at);
  const found = crossing(log.onRay(side, at));
  const along = found?.distance;
  const moved = probablePoint(surface, side.limit, along === undefined ? at : scaled(at, along));
  if (!moved) return along === undefined ? undefined : { side, at: scaled(at, along), settled: false };
  if (along === undefined && lengthOf(moved) > reachOf(log.options.level)) return undefined;
  const settled =
    found !== undefined &&
    found.bracket <= FINEST_RAY &&
    cosine(moved, at) > SETTLED_DIRECTION &&
    Math.abs(lengthOf(moved) - found.distance) < STILL;
  return { side, at: moved, settled };
}

/** A candidate that simulations found a boundary near to. */
function landing(log: Log, { side, at }: Candidate): Region | undefined {
  const distance = lengthOf(at);
  const reached = log
    .outermost(side)
    .some((row) => log.beyond(side, row) > 0 && cosine(log.at(row), at) > SAME_DIRECTION);
  return reached && distance <= reachOf(log.options.level) ? { side, at, distance } : undefined;
}

/** Adds the nearest failing points that were simulated in directions where no candidate settled. */
function withFailures(log: Log, side: Side, landed: readonly Region[]): Region[] {
  const { level, searchable } = log.options;
  const failing = log.outermost(side).flatMap((row): Region[] => {
    const at = only(log.at(row), searchable);
    const distance = lengthOf(at);
    return log.beyond(side, row) > 0 && distance <= reachOf(level) ? [{ side, at, distance }] : [];
  });
  const apart = failing.filter(({ at }) => !landed.some((region) => cosine(region.at, at) > NEARBY));
  return nearest([...landed, ...apart]).slice(0, MOST_PER_SIDE);
}

/** Points of one limit, nearest first, without those in the direction of a nearer one and those much farther out. */
function nearest(regions: readonly Region[]): Region[] {
  const sorted = [...regions].sort((a, b) => a.distance - b.distance);
  const kept: Region[] = [];
  for (const region of sorted) {
    if (region.distance > sorted[0]!.distance + FARTHER) break;
    if (!kept.some(({ at }) => cosine(at, region.at) > SAME_DIRECTION)) kept.push(region);
  }
  return kept;
}

function apartFrom(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates)
    if (!kept.some(({ side, at }) => side === candidate.side && cosine(at, candidate.at) > SAME_DIRECTION))
      kept.push(candidate);
  return kept;
}

function explorationSize({ searchable }: SearchOptions): number {
  const wanted = 2 ** Math.ceil(Math.log2(4 * Math.max(1, searchable.length)));
  return Math.min(MOST_EXPLORED, Math.max(FEWEST_EXPLORED, wanted));
}

/** As far out as the level in all, but neither so near that nothing bends nor so far that nothing works. */
function explorationPoints({ size, searchable, level, seed }: SearchOptions, count: number): Scores[] {
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

function axis(size: number, k: number, value: number): Scores {
  const point = new Float64Array(size);
  point[k] = value;
  return point;
}

/** A point with 0 in all but some coordinates. */
function only(at: Scores, coordinates: readonly number[]): Scores {
  const point = new Float64Array(at.length);
  for (const k of coordinates) point[k] = at[k]!;
  return point;
}

function squaredDistance(a: Scores, b: Scores, coordinates: readonly number[]): number {
  return coordinates.reduce((sum, k) => sum + (a[k]! - b[k]!) ** 2, 0);
}
