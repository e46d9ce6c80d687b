import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../errors/index.ts';
import { type Chunk, type FromWorker, fromWorkerSchema, type ToWorker } from '../../protocol/index.ts';

/** Raised when the bridge and this side would misunderstand each other; `python/spicelab_bridge/messages.py` has the same. */
export const BRIDGE_PROTOCOL = 1;

/** What the bridge is told about the cluster; plain JSON. */
export interface ClusterOptions {
  readonly address?: string | undefined;
  readonly schedulerFile?: string | undefined;
  /**
   * Workers of a cluster that the bridge starts itself; on a Ray cluster of others, how many there may be at most; on a
   * Dask cluster of others, how many are wanted.
   */
  readonly workers?: number | undefined;
  /** Whether the cluster may ask for workers by the chunks that wait. */
  readonly growsByWaiting?: boolean;
  /** What each chunk takes of its worker, by the cluster's own names. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** Chunks of a higher one go first. */
  readonly priority?: number | undefined;
  /** What one worker takes of a node: CPUs, and bytes of memory. */
  readonly workerCpus?: number | undefined;
  readonly workerMemory?: number | undefined;
  /** Whether only encrypted connections will do; certificates are those of Dask's own configuration. */
  readonly tls?: boolean;
  /** Seconds that a scheduler may stay away. */
  readonly patience?: number | undefined;
}

/** A file of a bundle; its bytes follow those of the file before. */
export interface BundledFile {
  readonly path: string;
  readonly size: number;
}

/** A chunk for some worker: what to load first where it is not loaded, and what to run. */
export interface ChunkOrder {
  readonly bundle: string;
  readonly planId: string;
  readonly order: {
    readonly chunk: string;
    readonly load_key: string;
    readonly load: Extract<ToWorker, { type: 'load' }>;
    readonly run: { readonly type: 'run'; readonly chunk: Chunk };
  };
}

/** `open` and `bundle` carry the bundle's bytes as their payload, `plan` the plan. */
export type ToBridge =
  | {
      readonly type: 'open';
      readonly protocol: number;
      readonly options: ClusterOptions;
      readonly bundle: string;
      readonly files: readonly BundledFile[];
    }
  | { readonly type: 'bundle'; readonly bundle: string; readonly files: readonly BundledFile[] }
  | { readonly type: 'plan'; readonly planId: string }
  | { readonly type: 'submit'; readonly orders: readonly ChunkOrder[] }
  | { readonly type: 'cancel'; readonly chunks: readonly string[] }
  | { readonly type: 'close' };

const errorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  remedy: z.string().optional(),
});

const hostSchema = z.object({
  worker: z.string(),
  host: z.string(),
  slots: z.number(),
  /** Bytes of the whole host; 0 where it does not say. */
  memory: z.number(),
  node: z.string(),
  engines: z.array(z.string()),
});
export type HostReport = z.infer<typeof hostSchema>;

/**
 * What the bridge tells. `opened` once, or `refused` instead; then `said` passes on what far workers tell of a chunk, `lost`
 * ends a chunk otherwise, `slots` tells of workers that came and went; after `stale` only another bridge can go on,
 * and after `gone` nothing more can be done there.
 */
export const fromBridgeSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('opened'),
    slots: z.number(),
    dashboard: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
    hosts: z.array(hostSchema),
  }),
  z.object({
    type: z.literal('said'),
    worker: z.string(),
    host: z.string(),
    engine: z.object({ name: z.string(), version: z.string() }).nullable(),
    chunk: z.string(),
    message: fromWorkerSchema,
  }),
  z.object({
    type: z.literal('lost'),
    chunk: z.string(),
    reason: z.enum(['crash', 'memory', 'preempted', 'unreachable', 'cancelled']),
    detail: z.string(),
    started: z.boolean(),
  }),
  z.object({ type: z.literal('slots'), count: z.number() }),
  z.object({ type: z.literal('refused'), error: errorSchema }),
  z.object({ type: z.literal('stale') }),
  z.object({ type: z.literal('gone'), reason: z.string() }),
]);
export type FromBridge = z.infer<typeof fromBridgeSchema>;
export type Said = Extract<FromBridge, { type: 'said' }>;
export type Opened = Extract<FromBridge, { type: 'opened' }>;
export type { FromWorker };
