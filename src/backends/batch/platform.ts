import type { Capabilities, Job, JobRef, LossReason } from '../../backend.ts';
import type { SerializedError } from '../../errors/index.ts';
import type { Store } from '../../store.ts';

/** What is submitted as one job of a platform: a task per chunk, in the order of the chunks. */
export interface BatchOrder {
  /** Unique; letters, digits and dashes. */
  readonly id: string;
  readonly job: Job;
  readonly store: Store;
  /** Documents that the platform takes to its tasks by itself, file name -> bytes; what is not here is in the store. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  /** Bytes of resident memory that a worker of this backend took so far, at most; 0 before the first part. */
  readonly peakMemory: number;
}

/** What a platform says of one task. */
export type TaskState =
  | { readonly state: 'running'; readonly worker: string; readonly host: string }
  /** It will not be tried again by the platform. `reason` where it failed. */
  | {
      readonly state: 'ended';
      readonly worker?: string | undefined;
      readonly host?: string | undefined;
      readonly reason?: LossReason | undefined;
      readonly detail?: string | undefined;
    };

/** Something may have changed: the states of some tasks, as far as the platform tells. */
export interface Sighting {
  readonly tasks?: ReadonlyMap<number, TaskState>;
  /** No task of the job runs any more or will; what has no outcome in the store is lost. */
  readonly over?: { readonly reason: LossReason; readonly detail: string } | undefined;
  /** What the user has to mend before any task can start; ends every chunk that has no outcome. */
  readonly refused?: SerializedError | undefined;
  /** Why nothing starts, and the like. */
  readonly notice?: string | undefined;
}

/**
 * What differs between platforms that run many tasks of one job: Kubernetes, AWS Batch, Cloud Run, Azure Batch. Errors are
 * `SpiceLabError`s; everything else of a backend is done by `BatchBackend`.
 */
export interface BatchPlatform {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly dashboard?: string | undefined;
  readonly engines?: readonly string[];
  /** Bytes of documents that it takes to its tasks by itself. */
  readonly carries: number;
  /** Seconds between looks into the store for what it does not tell task by task. */
  readonly lookSeconds: number;
  /** What `submit` would send, for people. */
  preview?(order: BatchOrder): Promise<string>;
  /** @returns what another process needs to find the job again: plain JSON */
  submit(order: BatchOrder): Promise<Readonly<Record<string, unknown>>>;
  /** Tells of a job from now on; ends when the signal is aborted. Goes on over losses of connection for as long as it makes sense. */
  observe(ref: JobRef, signal: AbortSignal): AsyncIterable<Sighting>;
  /** Ends a job's tasks, and removes what was made for it; nothing happens where there is none. */
  cancel(ref: JobRef): Promise<void>;
  /** The last lines that a task printed, where they can still be had. */
  logs(ref: JobRef, index: number): Promise<string | undefined>;
  /** Called when every chunk has ended and was told; jobs that are over need not stay. */
  tidy?(ref: JobRef): Promise<void>;
  /** Lets go of connections. */
  close(): Promise<void>;
}
