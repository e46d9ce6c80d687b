import type { Store } from '../store.ts';

const MOST_LINES = 2000;
const MOST_SECONDS = 10;

const digits = (width: number, n: number) => String(n).padStart(width, '0');

/**
 * What happened to each chunk, one JSON object a line: `log/<session>-<number>.jsonl`. Written in pieces, because objects
 * of a store are written once; the last piece is lost when the coordinator is killed.
 */
export class SessionLog {
  private lines: string[] = [];
  private pieces = 0;
  private begun = 0;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly session: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** `at` in seconds on the run's clock. */
  add(at: number, entry: Readonly<Record<string, unknown>>): void {
    if (this.lines.length === 0) this.begun = at;
    this.lines.push(JSON.stringify(entry));
    if (this.lines.length >= MOST_LINES || at - this.begun > MOST_SECONDS) this.flush();
  }

  /** Starts to write what there is. */
  flush(): void {
    if (this.lines.length === 0) return;
    const bytes = new TextEncoder().encode(`${this.lines.join('\n')}\n`);
    this.lines = [];
    const key = `log/${digits(6, this.session)}-${digits(6, ++this.pieces)}.jsonl`;
    this.writing = this.writing.then(() => this.store.writeOnce(key, bytes)).catch(this.onError);
  }

  /** Everything is written, or could not be. */
  async close(): Promise<void> {
    this.flush();
    await this.writing;
  }
}

/**
 * Seconds that workers spent on the finished chunks of some sessions, as their logs tell. A piece that cannot be read
 * counts nothing.
 */
export async function loggedSeconds(
  store: Store,
  sessions: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  for (const session of sessions) {
    for await (const { key } of store.list(`log/${digits(6, session)}-`)) {
      const bytes = await store.read(key);
      const lines = bytes ? new TextDecoder().decode(bytes).split('\n') : [];
      found.set(
        session,
        lines.reduce((sum, line) => sum + secondsOf(line), found.get(session) ?? 0),
      );
    }
  }
  return found;
}

function secondsOf(line: string): number {
  const [, seconds] = /"seconds":([\d.e+-]+)/.exec(line) ?? [];
  const value = Number(seconds ?? 0);
  return Number.isFinite(value) ? value : 0;
}
