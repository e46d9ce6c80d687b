import type { ChildProcess } from 'node:child_process';
import type { Backend } from '../backend.ts';

/** What a user may say of a platform that runs jobs of containers. */
export interface ClusterOptions {
  /** Of the kubeconfig; its current one when absent. */
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  /** The image that workers are. */
  readonly image?: string | undefined;
  /** A file that says more of the jobs that are made. */
  readonly jobTemplate?: string | undefined;
  /** What the run's records say of an earlier job, where it goes on: what is not said anew is as it was there. */
  readonly recorded?: Readonly<Record<string, unknown>> | undefined;
}

/** What a user may say about any backend; each takes what concerns it. */
export interface BackendOptions {
  /** Workers at the same time. */
  readonly workers?: number | undefined;
  /** Bytes of resident memory that one worker may take; a sensible share of the machine when absent. */
  readonly workerMemory?: number | undefined;
  /** CPUs of a node that one worker takes, where a cluster counts them; 1 when absent. */
  readonly workerCpus?: number | undefined;
  /** What a chunk takes of its worker, by a Dask cluster's own names: `{ SIMULATOR: 1 }`. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** Chunks of a higher priority go first where a Dask cluster is shared; 0 when absent. */
  readonly priority?: number | undefined;
  /** The worker to run instead of the one that came with this installation. */
  readonly workerFile?: string | undefined;
  /** Which cluster, as the user wrote it: `dask://host:8786`. */
  readonly location?: string | undefined;
  /** The Python that talks to clusters; found when absent. */
  readonly python?: string | undefined;
  /** Which cluster of a platform, and how its jobs shall look. */
  readonly cluster?: ClusterOptions | undefined;
  /** Workers that `spawnWorker` started ahead; one that is not wanted is left to its owner. */
  readonly spawned?: readonly ChildProcess[] | undefined;
}

/** What a backend needs and whether it is there. */
export interface BackendFound {
  readonly found: boolean;
  /** Versions, or what to type to have it. */
  readonly text: string;
  /** Where it was found. */
  readonly where?: string | undefined;
}

/** A backend that this installation could use. */
export interface BackendKind {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Whether a name that is not its own, such as `dask://host:8786`, means it. */
  takes?(location: string): boolean;
  /** Says for `doctor` whether it could be used from here, where that is not plain. Never throws. */
  examine?(): Promise<BackendFound>;
  /** @throws SpiceLabError OPTION_INVALID, or what says why it cannot be used from here */
  open(options: BackendOptions): Promise<Backend>;
}
