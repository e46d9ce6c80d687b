import type { ReportProgress } from '../engine.ts';

/** What the engine's thread is doing. Times are seconds of a clock that all threads of the process share. */
export interface Progress {
  readonly doing: 'nothing' | 'loading' | 'running';
  /** Samples of the chunk that are done. */
  readonly done: number;
  /** Samples in the piece of work that cannot be interrupted. */
  readonly inFlight: number;
  /** When that piece began. */
  readonly since: number;
  /** The sample of the chunk at hand, counted from its start; -1 where several are in flight. */
  readonly row: number;
}

const DOING = ['nothing', 'loading', 'running'] as const;
const COUNTER_BYTES = 8;
const FIELDS = 5;

/** Memory that both threads see: a counter, odd while the fields are being written, then the fields. */
export const createProgressMemory = (): SharedArrayBuffer =>
  new SharedArrayBuffer(COUNTER_BYTES + 8 * FIELDS);

/** Seconds; unlike `performance.now()` it has one origin in all threads, unlike `Date.now()` it never jumps. */
export const monotonicSeconds = (): number => Number(process.hrtime.bigint()) / 1e9;

export interface ProgressWriter {
  begin(doing: 'loading' | 'running', inFlight: number): void;
  readonly report: ReportProgress;
  end(): void;
}

/** The engine thread's end. */
export function writeProgress(memory: SharedArrayBuffer): ProgressWriter {
  const counter = new Int32Array(memory, 0, 1);
  const fields = new Float64Array(memory, COUNTER_BYTES, FIELDS);
  let doing = 0;
  const write = (done: number, inFlight: number, row = -1): void => {
    Atomics.add(counter, 0, 1);
    fields[0] = doing;
    fields[1] = done;
    fields[2] = inFlight;
    fields[3] = monotonicSeconds();
    fields[4] = row;
    Atomics.add(counter, 0, 1);
  };
  return {
    begin(what, inFlight) {
      doing = DOING.indexOf(what);
      write(0, inFlight);
    },
    report: write,
    end() {
      doing = 0;
      write(0, 0);
    },
  };
}

/** The watchdog's end: always one consistent moment, read without a lock (a sequence lock). */
export function readProgress(memory: SharedArrayBuffer): Progress {
  const counter = new Int32Array(memory, 0, 1);
  const fields = new Float64Array(memory, COUNTER_BYTES, FIELDS);
  for (;;) {
    const before = Atomics.load(counter, 0);
    const [doing, done, inFlight, since, row] = fields;
    if (before % 2 === 0 && Atomics.load(counter, 0) === before)
      return {
        doing: DOING[doing!] ?? 'nothing',
        done: done!,
        inFlight: inFlight!,
        since: since!,
        row: row!,
      };
  }
}
