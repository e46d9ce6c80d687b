import type { EngineIdentity, EngineOptions } from './engine.ts';
import type { SerializedError } from './errors/index.ts';
import type { Chunk, PartPayload } from './protocol/index.ts';

/** What a backend can do, as data: the run asks these, never which backend it is. */
export interface Capabilities {
  /** `stream`: parts come back as events. `store`: workers write parts to the run's store and events only tell of them. */
  readonly delivery: 'stream' | 'store';
  /** Chunks that run at the same time when the backend is fully up. */
  readonly slots: number;
  readonly maxChunksPerSubmit: number;
  /** Seconds of simulation that one chunk should hold, so that dispatch costs nothing. */
  readonly chunkSeconds: { readonly least: number; readonly most: number };
  /** Whether a `JobRef` can be watched by another process, after this one is gone. */
  readonly detachable: boolean;
  /** Whether its machines may be taken away at any time. */
  readonly preemptible: boolean;
}

/** A plan as it travels: JSON text in UTF-8, named by its hash. */
export interface PlanDocument {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** What one submit asks for: chunks of one plan on one engine. */
export interface Job {
  readonly plan: PlanDocument;
  readonly chunks: readonly Chunk[];
  /** Which engine; every worker of a run uses the same. `path` in the options is for this machine only. */
  readonly engine: { readonly name: string; readonly options: EngineOptions };
}

/** Plain JSON: names a submitted job, also for another process where the backend is detachable. */
export interface JobRef {
  readonly backend: string;
  readonly id: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type LossReason = 'crash' | 'memory' | 'preempted' | 'unreachable' | 'cancelled';

/**
 * What a backend tells of a job, each chunk by its id. Every chunk of a job ends with exactly one of
 * `part`, `failed` or `lost`; after the last of them comes `done`.
 */
export type JobEvent =
  | {
      readonly type: 'worker';
      readonly worker: string;
      readonly host: string;
      readonly state: 'up' | 'down';
      readonly engine?: EngineIdentity;
      readonly reason?: string;
    }
  | { readonly type: 'started'; readonly chunk: string; readonly worker: string }
  /** `done` samples of the chunk are simulated, not yet delivered. */
  | { readonly type: 'progress'; readonly chunk: string; readonly done: number }
  /** Streaming delivery carries the part; store delivery says that it has been written. */
  | { readonly type: 'part'; readonly chunk: string; readonly worker: string; readonly part?: PartPayload }
  /** The worker itself gave the chunk back: `suspect` is the sample it was at, where it knows. */
  | {
      readonly type: 'failed';
      readonly chunk: string;
      readonly error: SerializedError;
      readonly cause: 'timeout' | 'memory' | 'error';
      readonly suspect?: number;
    }
  /** The worker is gone; whether the chunk or the machine is to blame nobody knows. */
  | { readonly type: 'lost'; readonly chunk: string; readonly reason: LossReason; readonly detail?: string }
  | { readonly type: 'done' };

/** Where workers run. It moves jobs, chunks and parts, and knows neither SPICE nor statistics. */
export interface Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** May be called many times per run. @throws SpiceLabError when nothing of the job was accepted. */
  submit(job: Job): Promise<JobRef>;
  /** Ends after `done`, or quietly when the signal is aborted. One watcher per job. */
  watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent>;
  /** Chunks that have not ended end as `lost` with reason `cancelled`. */
  cancel(ref: JobRef): Promise<void>;
  /** Ends every worker that this object started. */
  close(): Promise<void>;
}
