/** A range of sample indices, [start, end). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * A set of sample indices as disjoint ranges in ascending order that neither touch nor overlap.
 * Every function answers a new set; sets are small because finished chunks grow together.
 */
export type Coverage = readonly Range[];

export const NOTHING: Coverage = [];

export const lengthOf = (range: Range): number => range.end - range.start;

/** Number of indices in the set. */
export function countOf(set: Coverage): number {
  let count = 0;
  for (const range of set) count += lengthOf(range);
  return count;
}

/** Position of the first range that ends at or after `index`. */
function firstReaching(set: Coverage, index: number): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle]!.end < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The set with a range joined to it; an empty range changes nothing. */
export function add(set: Coverage, range: Range): Coverage {
  if (range.end <= range.start) return set;
  let { start, end } = range;
  const from = firstReaching(set, start);
  let to = from;
  while (to < set.length && set[to]!.start <= end) {
    start = Math.min(start, set[to]!.start);
    end = Math.max(end, set[to]!.end);
    to++;
  }
  return [...set.slice(0, from), { start, end }, ...set.slice(to)];
}

/** The set without a range. */
export function remove(set: Coverage, range: Range): Coverage {
  if (range.end <= range.start) return set;
  const from = firstReaching(set, range.start);
  const kept: Range[] = [];
  let to = from;
  for (; to < set.length && set[to]!.start < range.end; to++) {
    const { start, end } = set[to]!;
    if (start < range.start) kept.push({ start, end: Math.min(end, range.start) });
    if (end > range.end) kept.push({ start: Math.max(start, range.end), end });
  }
  return [...set.slice(0, from), ...kept, ...set.slice(to)];
}

/** The set of many ranges in any order, overlapping or not. */
export function coverageOf(ranges: Iterable<Range>): Coverage {
  const sorted = [...ranges].filter((range) => range.end > range.start).sort((a, b) => a.start - b.start);
  const set: { start: number; end: number }[] = [];
  for (const { start, end } of sorted) {
    const last = set[set.length - 1];
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else set.push({ start, end });
  }
  return set;
}

/** What `range` has and the set has not. */
export function missing(set: Coverage, range: Range): Coverage {
  let rest: Coverage = range.end > range.start ? [range] : NOTHING;
  for (let at = firstReaching(set, range.start); at < set.length && set[at]!.start < range.end; at++)
    rest = remove(rest, set[at]!);
  return rest;
}

/** Whether the set has any index of the range. */
export function overlaps(set: Coverage, range: Range): boolean {
  for (let at = firstReaching(set, range.start); at < set.length && set[at]!.start < range.end; at++)
    if (set[at]!.end > range.start) return range.end > range.start;
  return false;
}

/** Number of indices from 0 on without a gap. */
export function prefixOf(set: Coverage): number {
  const first = set[0];
  return first && first.start === 0 ? first.end : 0;
}
