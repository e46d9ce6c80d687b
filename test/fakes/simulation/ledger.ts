import type { Chunk } from '../../../src/protocol/index.ts';
import { type Coverage, coverageOf, overlaps, type Range } from '../../../src/run/coverage.ts';
import type { BackendWatcher } from './faulty-backend.ts';

const PART = /^parts\/(\d+)-(\d+)\.parquet$/;

/** The range of a part by its key. */
export function rangeOf(key: string): Range | undefined {
  const [, start, end] = PART.exec(key) ?? [];
  return start === undefined ? undefined : { start: Number(start), end: Number(end) };
}

/** Keeps an account of what sessions ask for, and notes what they should not have done. */
export class Ledger implements BackendWatcher {
  readonly complaints: string[] = [];
  private readonly ids = new Set<string>();
  private before: Coverage = [];
  private own: Range[] = [];
  private readonly disputes = new Set<string>();

  /** A session begins; these ranges have a part that it can see. */
  begin(finished: readonly Range[]): void {
    this.before = coverageOf(finished);
    this.own = [];
  }

  asked(chunk: Chunk): void {
    const { id, start, end } = chunk;
    if (this.ids.has(id)) this.complain(`two chunks are called ${id}`);
    this.ids.add(id);
    if (overlaps(this.before, chunk)) this.complain(`${start}..${end} was finished before this session`);
    for (const range of this.own)
      if (range.start < end && start < range.end)
        this.complain(`${start}..${end} was asked for, ${range.start}..${range.end} is finished`);
  }

  disputed({ start, end }: Chunk): void {
    this.disputes.add(`${start}-${end}`);
  }

  /** The session knows that this object was written. */
  written(key: string): void {
    const range = rangeOf(key);
    if (range && !this.disputes.has(`${range.start}-${range.end}`)) this.own.push(range);
  }

  complain(what: string): void {
    this.complaints.push(what);
  }
}
