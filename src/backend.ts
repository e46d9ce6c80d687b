import type { EngineIdentity, EngineOptions } from './engine.ts';
import type { SerializedError } from './errors/index.ts';
import type { Chunk, PartPayload } from './protocol/index.ts';
import type { Store } from './store.ts';

/** What a backend can do, as data: the run asks these, never which backend it is. */
export interface Capabilities {
  /** `stream`: parts come back as events. `store`: workers write parts to the run's store and events only tell of them. */
  readonly delivery: 'stream' | 'store';
  /** Chunks that run at the same time when the backend is fully up. */
  readonly slots: number;
  /** Chunks that it wants to have at a time at least, where a cluster grows by what waits for it. */
  readonly backlog?: number;
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

/** What one submit asks for: chunks of one plan on one engine. Ids of chunks are unique among all that a run ever submits. */
export interface Job {
  readonly plan: PlanDocument;
  readonly chunks: readonly Chunk[];
  /** Which engine, for workers to find; every worker of a run uses the same. `path` in the options is for this machine only. */
  readonly engine: { readonly name: string; readonly options: EngineOptions };
  /** The run's store; where delivery is `store`, workers open its location too and write their parts there. */
  readonly store?: Store | undefined;
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
 * `part`, `failed` or `lost`; after the last of them comes `done`. A job without chunks is `done` at once.
 * Before `part` come the chunk's `started` and a `worker` event with the engine.
 */
export type JobEvent =
  | {
      readonly type: 'worker';
      /** Any name that no other worker of the run has. */
      readonly worker: string;
      readonly host: string;
      readonly state: 'up' | 'down';
      /** What it simulates this job with; told before the first part. */
      readonly engine?: EngineIdentity | undefined;
      readonly reason?: string;
    }
  | { readonly type: 'started'; readonly chunk: string; readonly worker: string }
  /** `done` samples of the chunk are simulated, not yet delivered. */
  | { readonly type: 'progress'; readonly chunk: string; readonly done: number }
  /** Streaming delivery carries the part; store delivery says that it has been written, and after how many seconds of simulation. */
  | {
      readonly type: 'part';
      readonly chunk: string;
      readonly worker: string;
      readonly part?: PartPayload;
      readonly seconds?: number;
    }
  /**
   * The worker itself gave the chunk back: `suspect` is the sample it was at, where it knows. So ends also every chunk
   * whose plan or engine a worker could not load, with the worker's error.
   */
  | {
      readonly type: 'failed';
      readonly chunk: string;
      readonly error: SerializedError;
      readonly cause: 'timeout' | 'memory' | 'error';
      readonly suspect?: number | undefined;
    }
  /**
   * The worker is gone; whether the chunk or the machine is to blame nobody knows. Only the chunk that was `started` ends so:
   * others that were with the worker are given to another one, and nobody hears of it.
   */
  | { readonly type: 'lost'; readonly chunk: string; readonly reason: LossReason; readonly detail?: string }
  /** What a person should know: why nothing starts, what the platform complains of. */
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'done' };

/**
 * Where workers run. It moves jobs, chunks and parts, and knows neither SPICE nor statistics. What goes wrong with a job that
 * was accepted is told by events; whether a chunk is tried again is the run's decision. Errors are `SpiceLabError`s.
 */
export interface Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Where to watch it in a browser, where there is such a place. */
  readonly dashboard?: string | undefined;
  /** Engines that every host of it has, where they are not simply this machine's; `wasm` travels to those that have none. */
  readonly engines?: readonly string[];
  /**
   * May be called many times per run, also while other jobs run; does not wait for workers.
   * @throws SpiceLabError when nothing of the job was accepted, as after `close`
   */
  submit(job: Job): Promise<JobRef>;
  /** What `submit` would send, for people; where there is something to look at. */
  preview?(job: Job): Promise<string>;
  /**
   * Takes up a job that another process submitted, so that it can be watched and cancelled here: what it has told there is
   * told here again. Only where the backend is detachable.
   * @param job as it was submitted
   */
  attach?(ref: JobRef, job: Job): Promise<void>;
  /**
   * Ends after `done`, or quietly when the signal is aborted; what it has not told then, it tells the next watcher.
   * One watcher per job at a time; events wait for it from `submit` on.
   */
  watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent>;
  /**
   * Chunks that have not ended end as `lost` with reason `cancelled`, within a second, whatever is being simulated.
   * Other jobs go on.
   */
  cancel(ref: JobRef): Promise<void>;
  /**
   * The same for some chunks of a job; those that have ended, or are none of its own, are not minded. Only where a backend
   * can end a single chunk are late ones given to it a second time.
   */
  cancelChunks?(ref: JobRef, chunks: readonly string[]): Promise<void>;
  /**
   * Ends every worker that this object started, and waits until they are gone; jobs end as if they were cancelled.
   * May be called again.
   */
  close(): Promise<void>;
  /** As `close`, but jobs go on without this process. Only where the backend is detachable. */
  detach?(): Promise<void>;
}
