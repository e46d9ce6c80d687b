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

/** What chunks are like, by the family of the backend. */
export interface Sizing {
  /** Rows of a chunk before anything is known. */
  readonly pilotRows: number;
  /** Chunks of the pilot; as many as slots where there are fewer. */
  readonly pilotChunks: number;
  /** How much larger than the largest part so far the next chunk may be. */
  readonly growth: number;
  readonly mostRows: number;
  /** Of a part; it is held in memory by a worker, the coordinator and every reader. */
  readonly mostBytes: number;
}

/** Parts come back within seconds, so sizes grow by steps, because a first sample says little. */
export const STREAMING: Sizing = {
  pilotRows: 4,
  pilotChunks: Number.POSITIVE_INFINITY,
  growth: 8,
  mostRows: 8192,
  mostBytes: 8e6,
};

/** Each round costs the start of machines: one small pilot, then everything at once. */
export const BATCH: Sizing = {
  pilotRows: 8,
  pilotChunks: 4,
  growth: Number.POSITIVE_INFINITY,
  mostRows: 2 ** 18,
  mostBytes: 64e6,
};

const MEMORY = 0.7;
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
  readonly sizing: Sizing;
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
 * Rows of the next chunk: a few as a pilot, then as many as take the backend's favourite time; towards the end a share of
 * what remains, so that all workers end together.
 */
export function chunkRows(demand: Demand): number {
  const { sizing, pace, slots, chunkSeconds, remaining } = demand;
  if (demand.chunk !== undefined) return Math.min(demand.chunk, remaining);
  if (pace.rows === 0) return Math.max(1, Math.min(sizing.pilotRows, Math.ceil(remaining / slots)));
  const perRow = Math.max(pace.seconds / pace.rows, 1e-9);
  const wished = Math.sqrt(chunkSeconds.least * chunkSeconds.most) / perRow;
  const fits = Math.min(sizing.mostRows, sizing.mostBytes / Math.max(pace.bytes / pace.rows, 1));
  const share = slots === 1 ? remaining : remaining / (2 * slots);
  const ahead = demand.asked === undefined ? Number.POSITIVE_INFINITY : demand.asked / (2 * slots);
  // Below this a chunk costs more to send than it shortens the end.
  const least = chunkSeconds.least / 5 / perRow;
  const rows = Math.min(wished, fits, pace.largest * sizing.growth, Math.max(least, Math.min(share, ahead)));
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

/** Chunks of the batch family in flight: the pilot, then all there are, but not far ahead of the next look of a stopping rule. */
export function batchFlights(
  pace: Pace,
  {
    slots,
    chunk,
    looks,
  }: { readonly slots: number; readonly chunk?: number | undefined; readonly looks: boolean },
): number {
  if (looks) return 2 * slots;
  return pace.rows === 0 && chunk === undefined
    ? Math.min(slots, BATCH.pilotChunks)
    : Number.POSITIVE_INFINITY;
}
