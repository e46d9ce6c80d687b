import { fixedWidthConfidence, lookConfidence, Moments } from '../stats/index.ts';
import { meanInterval, sigmaInterval } from '../stats/intervals.ts';
import { clopperPearson } from '../stats/proportion.ts';
import { replicateInterval } from '../stats/replicates.ts';
import type { Estimate } from '../stats/types.ts';
import type { Range } from './coverage.ts';
import { firstLook, type LookGrid, nextLook } from './looks.ts';
import type { StoppingRule, Tolerance } from './rule.ts';

/** A rule, how sure it has to be, and when it may look. */
export interface StopTest {
  readonly rule: StoppingRule;
  readonly confidence: number;
  readonly grid: LookGrid;
}

/** One look at a prefix. */
export interface Look extends Estimate {
  /** Counted from 1. */
  readonly look: number;
  readonly samples: number;
  readonly met: boolean;
}

/**
 * What a rule knows: everything about the first `next` samples, taken in one by one in the order of their indices, and
 * the scores of pieces that lie beyond a gap.
 */
export interface Prefix {
  readonly next: number;
  readonly waiting: ReadonlyMap<number, Piece>;
  /** Per replicate the scores of its draws; a draw's score is the mean over the points of the axes. */
  readonly replicates: readonly Moments[];
  /** Sum and number of the finite scores of the draw that is not complete yet. */
  readonly draw: { readonly sum: number; readonly count: number };
  readonly sum: number;
  /** Where the next look is, and its number. */
  readonly lookAt: number;
  readonly looks: number;
  readonly last?: Look | undefined;
}

interface Piece extends Range {
  readonly scores: Float64Array;
}

export function startPrefix(test: StopTest): Prefix {
  return {
    next: 0,
    waiting: new Map(),
    replicates: Array.from({ length: test.grid.replicates }, () => new Moments()),
    draw: { sum: 0, count: 0 },
    sum: 0,
    lookAt: firstLook(test.grid),
    looks: 0,
  };
}

/** The prefix after some rows became known; unchanged once a look met the rule, and never beyond `ceiling` samples. */
export function extendPrefix(
  prefix: Prefix,
  test: StopTest,
  range: Range,
  scores: Float64Array,
  ceiling: number,
): Prefix {
  if (prefix.last?.met || range.end <= prefix.next) return prefix;
  const waiting = new Map(prefix.waiting).set(range.start, { ...range, scores });
  let current: Prefix = { ...prefix, waiting };
  for (let piece = pieceAt(current); piece && !current.last?.met; piece = pieceAt(current)) {
    const end = Math.min(piece.end, current.lookAt, ceiling);
    if (end === current.next) break;
    current = takeIn(current, test.grid, piece, end);
    if (current.next === current.lookAt) current = look(current, test);
  }
  for (const [start, piece] of waiting) if (piece.end <= current.next) waiting.delete(start);
  return current;
}

/** The piece that has the next sample. */
function pieceAt(prefix: Prefix): Piece | undefined {
  for (const piece of prefix.waiting.values())
    if (piece.start <= prefix.next && prefix.next < piece.end) return piece;
  return undefined;
}

function takeIn(prefix: Prefix, grid: LookGrid, piece: Piece, end: number): Prefix {
  const replicates = prefix.replicates.map(copyOf);
  let { sum: drawSum, count } = prefix.draw;
  let { sum } = prefix;
  for (let sample = prefix.next; sample < end; sample++) {
    const score = piece.scores[sample - piece.start]!;
    if (Number.isFinite(score)) {
      drawSum += score;
      sum += score;
      count++;
    }
    if ((sample + 1) % grid.points !== 0) continue;
    const draw = (sample + 1) / grid.points - 1;
    if (count > 0) replicates[draw % grid.replicates]!.add(drawSum / count);
    drawSum = 0;
    count = 0;
  }
  return { ...prefix, next: end, replicates, draw: { sum: drawSum, count }, sum };
}

function copyOf(moments: Moments): Moments {
  const copy = new Moments();
  copy.merge(moments);
  return copy;
}

function look(prefix: Prefix, test: StopTest): Prefix {
  const looks = prefix.looks + 1;
  // of replicates the spread is too uncertain for a rule that trusts it
  const confidence =
    test.grid.replicates === 1
      ? fixedWidthConfidence(test.confidence)
      : lookConfidence(looks, test.confidence);
  const estimate = estimateAt(prefix, test, confidence);
  const met = isWithin(estimate, test.rule.tolerance);
  return {
    ...prefix,
    looks,
    lookAt: nextLook(test.grid, prefix.lookAt),
    last: { ...estimate, look: looks, samples: prefix.next, met },
  };
}

/** Whether the interval lies within the tolerance around the estimate. */
function isWithin(estimate: Estimate, tolerance: Tolerance): boolean {
  const distance = Math.max(estimate.value - estimate.low, estimate.high - estimate.value);
  return distance <= tolerance.amount * (tolerance.relative ? Math.abs(estimate.value) : 1);
}

function estimateAt(prefix: Prefix, { rule, grid }: StopTest, confidence: number): Estimate {
  if (rule.kind === 'yield') return yieldAt(prefix, grid, confidence);
  const pooled = prefix.replicates.reduce((all, one) => {
    all.merge(one);
    return all;
  }, new Moments());
  const unbounded = {
    value: pooled.mean,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  if (rule.kind === 'mean') {
    if (grid.replicates === 1) return meanInterval(pooled.n, pooled.mean, pooled.variance, confidence);
    const means = prefix.replicates.map((replicate) => replicate.mean);
    return replicateInterval(pooled.mean, means, confidence) ?? unbounded;
  }
  if (grid.replicates === 1) return sigmaInterval(pooled.n, pooled.variance, pooled.kurtosis, confidence);
  const sigmas = prefix.replicates.map((replicate) => replicate.sigma);
  return replicateInterval(pooled.sigma, sigmas, confidence) ?? { ...unbounded, value: pooled.sigma };
}

/** Replicates with fewer passes or failures than this agree by chance, which would look like certainty. */
const FEWEST_EVENTS = 10;

/**
 * Clopper & Pearson 1934 over draws (the points of one draw share their random numbers, so they count as one trial);
 * from replicates where there are enough events to see how these differ.
 */
function yieldAt(prefix: Prefix, grid: LookGrid, confidence: number): Estimate {
  const draws = prefix.next / grid.points;
  const passed = prefix.sum / grid.points;
  if (grid.replicates > 1 && Math.min(passed, draws - passed) >= FEWEST_EVENTS) {
    const shares = prefix.replicates.map((replicate) => replicate.mean);
    const interval = replicateInterval(passed / draws, shares, confidence);
    if (interval) return interval;
  }
  return clopperPearson(passed, draws, confidence);
}
