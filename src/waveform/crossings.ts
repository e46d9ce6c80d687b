import { formatNumber } from '../expression/index.ts';
import type { Call } from './function.ts';
import { NoValue } from './types.ts';
import { type Curve, interpolate } from './window.ts';

export type Direction = 'rise' | 'fall' | 'cross';

/** Which crossing is meant: the n-th in a direction, counting from 1; Infinity is the last. */
export interface Edge {
  readonly direction: Direction;
  readonly count: number;
}

export const EDGES = ['rise', 'fall', 'cross'] as const;

/** The edge that a call names (`rise=2`, `fall_b=last`); the first crossing in any direction without. */
export function edgeOf(call: Call, suffix = ''): Edge {
  for (const direction of EDGES) {
    const count = call.named[`${direction}${suffix}`];
    if (count !== undefined) return { direction, count };
  }
  return { direction: 'cross', count: 1 };
}

/**
 * Where a curve first reaches `level` from below (rise) or above (fall), in order, linear between points.
 * A curve that starts at the level has not crossed it: the same rule as ngspice's `meas`.
 */
export function crossings(curve: Curve, level: number, direction: Direction): number[] {
  const found: number[] = [];
  const { x, y } = curve;
  for (let k = 1; k < x.length; k++) {
    if (direction !== 'fall' && y[k - 1]! < level && y[k]! >= level) found.push(between(curve, k, level));
    else if (direction !== 'rise' && y[k - 1]! > level && y[k]! <= level)
      found.push(between(curve, k, level));
  }
  return found;
}

function between({ x, y }: Curve, k: number, level: number): number {
  // a value of -inf (0 in decibels) has no straight line to its neighbour
  if (!Number.isFinite(y[k - 1]!) || !Number.isFinite(y[k]!)) return x[k]!;
  return interpolate(y[k - 1]!, x[k - 1]!, y[k]!, x[k]!, level);
}

/** Where the curve crosses the level for the edge. @throws NoValue saying what it does instead */
export function findCrossing(curve: Curve, level: number, edge: Edge, words: CrossingWords): number {
  const found = crossings(curve, level, edge.direction);
  const at = edge.count === Number.POSITIVE_INFINITY ? found.at(-1) : found[edge.count - 1];
  if (at !== undefined) return at;
  throw new NoValue(neverCrosses(curve, level, edge, found.length, words));
}

/** What a message says of a curve. */
export interface CrossingWords {
  readonly text: string;
  readonly unit: string;
}

export function wordsOf(call: Call, index = 0): CrossingWords {
  return { text: call.texts[index]!, unit: call.units[index]! };
}

function neverCrosses(curve: Curve, level: number, edge: Edge, count: number, words: CrossingWords): string {
  const verb = { rise: 'rises through', fall: 'falls through', cross: 'crosses' }[edge.direction];
  const limit = formatNumber(level, words.unit);
  if (count > 0)
    return `${words.text} ${verb} ${limit} only ${count === 1 ? 'once' : `${count} times`}, not ${edge.count}`;
  return `${words.text} never ${verb} ${limit} (it ${rangeOf(curve, words.unit)})`;
}

export function rangeOf({ y }: Curve, unit: string): string {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of y) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return 'has no value that is a number';
  if (low === high) return `stays at ${formatNumber(low, unit)}`;
  return `stays between ${formatNumber(low, unit)} and ${formatNumber(high, unit)}`;
}
