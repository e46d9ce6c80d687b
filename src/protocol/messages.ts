import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors/index.ts';

/** Raised when workers and coordinators of two releases would misunderstand each other. */
export const PROTOCOL_VERSION = 1;

/** A contiguous range of samples of one plan, [start, end); `id` is unique per attempt. */
export const chunkSchema = z.object({
  id: z.string().min(1),
  start: z.number().int().nonnegative(),
  end: z.number().int().positive(),
});
export type Chunk = z.infer<typeof chunkSchema>;

export const errorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  place: z.object({ file: z.string(), line: z.number().optional() }).optional(),
  remedy: z.string().optional(),
});

export const engineOptionsSchema = z.object({
  path: z.string().optional(),
  sampleSeconds: z.number().positive().optional(),
});

/**
 * What a coordinator tells a worker. `load` carries the plan document as its one payload; it comes first, and again to change
 * the plan or the engine. Orders are obeyed one after the other and may be sent ahead; each is answered (see `FromWorker`).
 */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('load'),
    planId: z.string(),
    engine: z.string(),
    options: engineOptionsSchema,
    /** Seconds a sample may take. */
    sampleSeconds: z.number().positive(),
    /** Bytes of resident memory: over `recycle` the worker ends after its chunk, over `limit` at once. */
    memory: z.object({ recycle: z.number().positive(), limit: z.number().positive() }),
  }),
  z.object({ type: z.literal('run'), chunk: chunkSchema }),
  z.object({ type: z.literal('stop') }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

/**
 * What a worker tells: `ready` once, `loaded` or `refused` to each `load`; to each `run`, `started` when its turn comes,
 * now and then `progress`, then `part` or `failed`. After `bye` it obeys nothing: chunks that are not answered go elsewhere.
 * A worker that dies says nothing; the chunk to blame is the one that was `started` and not answered.
 * `part` carries the table (Parquet) and, where waveforms were asked for, a second payload.
 */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    protocol: z.number(),
    pid: z.number(),
    host: z.string(),
    node: z.string(),
  }),
  z.object({
    type: z.literal('loaded'),
    planId: z.string(),
    engine: z.object({ name: z.string(), version: z.string() }),
  }),
  /** The plan does not load; no chunk of it will. */
  z.object({ type: z.literal('refused'), planId: z.string(), error: errorSchema }),
  z.object({ type: z.literal('started'), chunk: z.string() }),
  z.object({ type: z.literal('progress'), chunk: z.string(), done: z.number() }),
  z.object({
    type: z.literal('part'),
    chunk: z.string(),
    rows: z.number(),
    seconds: z.number(),
    checksum: z.string(),
    waveformChecksum: z.string().optional(),
  }),
  z.object({
    type: z.literal('failed'),
    chunk: z.string(),
    cause: z.enum(['timeout', 'memory', 'error']),
    error: errorSchema,
    suspect: z.number().optional(),
  }),
  /** Sent before the worker ends by itself. */
  z.object({ type: z.literal('bye'), reason: z.enum(['recycle', 'stop', 'memory', 'timeout']) }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;

/** A part as it crosses a process boundary. */
export interface PartPayload {
  /** Parquet; the same bytes for the same plan, range and engine. */
  readonly table: Uint8Array;
  readonly waveforms?: Uint8Array | undefined;
  readonly rows: number;
  /** Time the simulation of this chunk took. */
  readonly seconds: number;
  /** SHA-256, hex, of `table` (and of `waveforms`), made by the worker. */
  readonly checksum: string;
  readonly waveformChecksum?: string | undefined;
}

/** The part that a worker's message brings. */
export function partPayload(
  { rows, seconds, checksum, waveformChecksum }: Extract<FromWorker, { type: 'part' }>,
  [table = new Uint8Array(), waveforms]: readonly Uint8Array[],
): PartPayload {
  return { table, waveforms, rows, seconds, checksum, waveformChecksum };
}
