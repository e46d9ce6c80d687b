/** How fast rows come, learned from the parts; older parts count less and less. */
export interface Pace {
  readonly rows: number;
  /** Seconds of simulation for those rows. */
  readonly seconds: number;
  /** Bytes of the parts that held them. */
  readonly bytes: number;
  /** Rows of the largest part so far: chunks grow from it by steps. */
  readonly largest: number;
}

export const NO_PACE: Pace = { rows: 0, seconds: 0, bytes: 0, largest: 0 };

const MEMORY = 0.7;
const PILOT_ROWS = 4;
const GROWTH = 8;
/** Parts are held in memory by a worker, the coordinator and every reader. */
const MOST_BYTES = 8e6;
const MOST_ROWS = 8192;
const MOST_BYTES_WAITING = 2e6;
const SHORT_SECONDS = 0.02;

export function learn(pace: Pace, rows: number, seconds: number, bytes: number): Pace {
  return {
    rows: pace.rows * MEMORY + rows,
    seconds: pace.seconds * MEMORY + seconds,
    bytes: pace.bytes * MEMORY + bytes,
    largest: Math.max(pace.largest, rows),
  };
}

export interface Demand {
  readonly pace: Pace;
  readonly slots: number;
  readonly chunkSeconds: { readonly least: number; readonly most: number };
  /** Samples per chunk where the user fixed it. */
  readonly chunk?: number | undefined;
  /** Samples that nobody was asked for yet. */
  readonly remaining: number;
  /** With a stopping rule, the samples asked for so far: the next chunks should not run far ahead of the next look. */
  readonly asked?: number | undefined;
}

/**
 * Rows of the next chunk: a few as a pilot, then as many as take the backend's favourite time, growing by steps because
 * a first sample says little; towards the end a share of what remains, so that all workers end together.
 */
export function chunkRows(demand: Demand): number {
  const { pace, slots, chunkSeconds, remaining } = demand;
  if (demand.chunk !== undefined) return Math.min(demand.chunk, remaining);
  if (pace.rows === 0) return Math.max(1, Math.min(PILOT_ROWS, Math.ceil(remaining / slots)));
  const perRow = Math.max(pace.seconds / pace.rows, 1e-9);
  const wished = Math.sqrt(chunkSeconds.least * chunkSeconds.most) / perRow;
  const fits = Math.min(MOST_ROWS, MOST_BYTES / Math.max(pace.bytes / pace.rows, 1));
  const share = slots === 1 ? remaining : remaining / (2 * slots);
  const ahead = demand.asked === undefined ? Number.POSITIVE_INFINITY : demand.asked / (2 * slots);
  // Below this a chunk costs more to send than it shortens the end.
  const least = chunkSeconds.least / 5 / perRow;
  const rows = Math.min(wished, fits, pace.largest * GROWTH, Math.max(least, Math.min(share, ahead)));
  return Math.max(1, Math.min(Math.ceil(rows), remaining));
}

/** Chunks kept in flight per slot: one to work on and one waiting, more where chunks are over before the next arrives. */
export function chunksPerSlot(pace: Pace, chunk: number | undefined): number {
  if (pace.rows === 0) return chunk === undefined ? 1 : 2;
  const rows = chunk ?? pace.largest;
  if ((pace.seconds / pace.rows) * rows > SHORT_SECONDS) return 2;
  const bytes = Math.max((pace.bytes / pace.rows) * rows, 1);
  return Math.max(2, Math.min(8, Math.floor(MOST_BYTES_WAITING / bytes)));
}
