import { PARTS } from '../protocol/index.ts';
import type { Store } from '../store.ts';
import type { Range } from './coverage.ts';

export { PARTS, partKey, WAVEFORMS, waveformKey } from '../protocol/index.ts';

export interface StoredPart extends Range {
  readonly key: string;
}

const NAME = /^(?:parts|waveforms)\/(\d{12,})-(\d{12,})\.parquet$/;

/** The parts of a folder of a run, ascending; of two with one start the longer comes first. Foreign names are passed over. */
export async function listParts(store: Store, prefix: string = PARTS): Promise<StoredPart[]> {
  const parts: StoredPart[] = [];
  for await (const { key } of store.list(prefix)) {
    const [, start, end] = NAME.exec(key) ?? [];
    if (start === undefined || Number(end) <= Number(start)) continue;
    parts.push({ key, start: Number(start), end: Number(end) });
  }
  return parts.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The rows [from, to) of a part that no part before it has. */
export interface Segment {
  readonly part: StoredPart;
  readonly from: number;
  readonly to: number;
}

/**
 * Which rows to take from which part, so that every sample below `limit` comes once and in order. Where parts overlap
 * (a chunk was cut anew after a loss) their rows are the same, so the first will do.
 */
export function segmentsOf(
  parts: readonly StoredPart[],
  limit: number = Number.POSITIVE_INFINITY,
): Segment[] {
  const segments: Segment[] = [];
  let next = 0;
  for (const part of parts) {
    const from = Math.max(part.start, next);
    const to = Math.min(part.end, limit);
    if (from >= to) continue;
    segments.push({ part, from, to });
    next = to;
  }
  return segments;
}

export const rowsOf = (segments: readonly Segment[]): number =>
  segments.reduce((rows, { from, to }) => rows + to - from, 0);
