import { crossing } from './boundary.ts';
import { Log } from './log.ts';
import { explorationPoints, explorationSize, FINEST_RAY, only, pointsAround } from './points.ts';
import { cosine, lengthOf, probablePoint, scaled } from './probable-point.ts';
import { type Region, reachOf, type SearchOptions, type SearchResult, type Side } from './question.ts';
import type { Scores } from './surface.ts';

/** Times as many points are explored in addition where the surface says too little. */
const EXPLORED_MORE = 2;
const MOST_ROUNDS = 4;
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
    const batches = candidates.map(({ at }) => pointsAround(at, round, options));
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

function axis(size: number, k: number, value: number): Scores {
  const point = new Float64Array(size);
  point[k] = value;
  return point;
}
