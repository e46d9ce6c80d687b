import type { DecodedPart } from '../protocol/index.ts';
import type { ResultBatch } from './results.ts';

const ROWS = 4096;

/** The rows [from, to) of a part. */
export interface Piece {
  readonly part: DecodedPart;
  readonly from: number;
  readonly to: number;
}

/** Batches of at most a few thousand rows: large parts are cut without copying, small ones are put together. */
export async function* batchRows(pieces: AsyncIterable<Piece>): AsyncIterable<ResultBatch> {
  let held: Piece[] = [];
  let rows = 0;
  for await (const { part, from, to } of pieces) {
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + ROWS - rows);
      held.push({ part, from: at, to: end });
      rows += end - at;
      at = end;
      if (rows < ROWS) continue;
      yield joined(held, rows);
      held = [];
      rows = 0;
    }
  }
  if (rows > 0) yield joined(held, rows);
}

function joined(pieces: readonly Piece[], rows: number): ResultBatch {
  const messages = new Map<number, string>();
  let at = 0;
  for (const { part, from, to } of pieces) {
    for (const [row, message] of part.messages)
      if (row >= from && row < to) messages.set(at + row - from, message);
    at += to - from;
  }
  const first = pieces[0]!;
  const columns = new Map<string, Float64Array>();
  for (const name of first.part.columns.keys())
    columns.set(
      name,
      joinNumbers(pieces, rows, (part) => part.columns.get(name)!),
    );
  return {
    rows,
    samples: joinNumbers(pieces, rows, (part) => part.samples),
    status: joinCodes(pieces, rows),
    messages,
    columns,
  };
}

function joinNumbers(
  pieces: readonly Piece[],
  rows: number,
  columnOf: (part: DecodedPart) => Float64Array,
): Float64Array {
  const only = pieces[0]!;
  if (pieces.length === 1) return columnOf(only.part).subarray(only.from, only.to);
  const all = new Float64Array(rows);
  let at = 0;
  for (const { part, from, to } of pieces) {
    all.set(columnOf(part).subarray(from, to), at);
    at += to - from;
  }
  return all;
}

function joinCodes(pieces: readonly Piece[], rows: number): Uint8Array {
  const all = new Uint8Array(rows);
  let at = 0;
  for (const { part, from, to } of pieces) {
    all.set(part.status.subarray(from, to), at);
    at += to - from;
  }
  return all;
}
