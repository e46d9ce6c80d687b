import type { Capabilities } from '../backend.ts';
import type { EngineIdentity } from '../engine.ts';
import type { SerializedError } from '../errors/index.ts';
import type { Status } from '../plan/table.ts';
import type { Chunk } from '../protocol/index.ts';
import type { Pace } from './chunking.ts';
import type { Coverage, Range } from './coverage.ts';
import type { Prefix, StopTest } from './stopping.ts';

/** What a run is told once; none of it changes while it goes. */
export interface Settings {
  /** Samples wanted: indices 0 to `ceiling` - 1. */
  readonly ceiling: number;
  readonly delivery: Capabilities['delivery'];
  readonly slots: number;
  /** Chunks to have in flight at least, once their length is known. */
  readonly backlog?: number;
  readonly maxChunksPerSubmit: number;
  readonly chunkSeconds: { readonly least: number; readonly most: number };
  /** Samples per chunk where the user fixed it. */
  readonly chunk?: number | undefined;
  readonly stop?: StopTest | undefined;
  /** The engine that the run's earlier parts were made by. */
  readonly engine?: EngineIdentity | undefined;
  readonly mixEngines: boolean;
  /** Whether late chunks get another attempt: the backend can end the attempt that is not needed any more. */
  readonly secondAttempts?: boolean;
  /** Start of every chunk id, different in every session of a run. */
  readonly session: string;
}

/** A range that has to be simulated, and what it went through so far. */
export interface Task extends Range {
  /** Attempts that ended with the worker, the range's own or those of the range it was cut from. */
  readonly crashes: number;
  /** Of those, the ones in which this one sample was alone in its chunk. */
  readonly alone: number;
  /** Attempts that the infrastructure ended, without blame on the range. */
  readonly losses: number;
  /** Not to be asked for before this time. */
  readonly due: number;
}

export interface Flight extends Task {
  readonly started: boolean;
  /** The backend has it, and whoever comes after this session would find it there. */
  readonly submitted: boolean;
  /** Its part is on the way into the store. */
  readonly arrived?: boolean;
  /** When it started, or else was asked for. */
  readonly since: number;
  /** Id of the other attempt at the same samples, where one of them is late. */
  readonly twin?: string | undefined;
  /** How often these samples were late before this attempt. */
  readonly hurries: number;
}

/** How often work was lost, by what took it; apart from samples that failed to simulate. */
export interface Losses {
  readonly crash: number;
  readonly memory: number;
  readonly timeout: number;
  readonly error: number;
  readonly preempted: number;
  readonly unreachable: number;
  readonly rejected: number;
}

/** `detaching`: whatever can be asked for is, and then the session leaves it to the backend. */
export type Phase = 'running' | 'draining' | 'detaching' | 'stopped';

export type Outcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'enough'; readonly samples: number; readonly rule: string }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'detached' }
  | { readonly kind: 'failed'; readonly error: SerializedError };

export interface RunState {
  readonly settings: Settings;
  readonly phase: Phase;
  readonly outcome?: Outcome | undefined;
  /** Has a row in the store. */
  readonly present: Coverage;
  /** Never asked for. */
  readonly fresh: Coverage;
  /** Asked for and lost, first lost first. */
  readonly retries: readonly Task[];
  /** Asked for, by chunk id. */
  readonly flying: ReadonlyMap<string, Flight>;
  /** Poisonous samples whose row is being written. */
  readonly recording: ReadonlySet<number>;
  readonly pace: Pace;
  readonly prefix?: Prefix | undefined;
  readonly engine?: EngineIdentity | undefined;
  /** Rows per status, in the order of `STATUSES`, of everything present. */
  readonly statuses: readonly number[];
  /** Rows that this session simulated. */
  readonly simulated: number;
  readonly busySeconds: number;
  readonly losses: Losses;
  /** Attempts that ended with a worker since the last part, and whether there ever was a part. */
  readonly barren: number;
  readonly fruitful: boolean;
  /** Whether this backend tells when a chunk starts; then only started chunks are blamed. */
  readonly tellsStart: boolean;
  /** Before this time nothing is late, unless room comes or goes. */
  readonly look?: { readonly at: number; readonly room: boolean };
  readonly nextChunk: number;
}

/** Everything that can happen to a run; `at` is the time in seconds, on any clock that never goes back. */
export type MachineEvent =
  /** Rows that were in the store before this session, none of them twice; all of these come before `begin`. */
  | ({ readonly type: 'found' } & Rows)
  /** Chunks that an earlier session asked for, and that its backend may still have; all of these come before `begin`. */
  | { readonly type: 'adopted'; readonly chunks: readonly Chunk[] }
  | { readonly type: 'begin'; readonly at: number }
  | { readonly type: 'worker'; readonly at: number; readonly engine?: EngineIdentity | undefined }
  | { readonly type: 'started'; readonly at: number; readonly chunk: string }
  /** The backend has delivered a chunk's part. */
  | { readonly type: 'arrived'; readonly at: number; readonly chunk: string }
  /** A chunk's rows are in the store. */
  | ({
      readonly type: 'part';
      readonly at: number;
      readonly chunk: string;
      readonly seconds: number;
      readonly bytes: number;
    } & Rows)
  | {
      readonly type: 'failed';
      readonly at: number;
      readonly chunk: string;
      readonly cause: 'timeout' | 'memory' | 'error';
      readonly error: SerializedError;
      readonly suspect?: number | undefined;
    }
  | {
      readonly type: 'lost';
      readonly at: number;
      readonly chunk: string;
      readonly reason: 'crash' | 'memory' | 'preempted' | 'unreachable' | 'cancelled';
      readonly detail?: string | undefined;
    }
  /** The backend has these, and the run's records say so. */
  | { readonly type: 'submitted'; readonly at: number; readonly chunks: readonly string[] }
  /** The backend took none of these. */
  | {
      readonly type: 'rejected';
      readonly at: number;
      readonly chunks: readonly string[];
      readonly error: SerializedError;
    }
  /** The row of a poisonous sample is in the store. */
  | ({ readonly type: 'recorded'; readonly at: number } & Rows)
  | { readonly type: 'tick'; readonly at: number }
  | { readonly type: 'interrupt'; readonly at: number }
  | { readonly type: 'detach'; readonly at: number }
  /** The coordinator cannot go on, as with a full disk. */
  | { readonly type: 'broken'; readonly at: number; readonly error: SerializedError };

export interface Rows extends Range {
  /** Rows per status, in the order of `STATUSES`. */
  readonly statuses: readonly number[];
  /** What the stopping rule reads of each row, where there is a rule. */
  readonly scores?: Float64Array | undefined;
}

export type Command =
  | { readonly type: 'submit'; readonly chunks: readonly Chunk[] }
  /** Everything in flight. */
  | { readonly type: 'cancel' }
  /** Chunks in flight that are not needed any more. */
  | { readonly type: 'drop'; readonly chunks: readonly string[] }
  /** Write a row for a sample that cannot be simulated, then tell `recorded`. */
  | {
      readonly type: 'record';
      readonly sample: number;
      readonly status: Status;
      readonly message: string;
    }
  /** Send `tick` then. */
  | { readonly type: 'wake'; readonly at: number }
  /** The first worker told which engine it has. */
  | { readonly type: 'identify'; readonly engine: EngineIdentity }
  | { readonly type: 'finish'; readonly outcome: Outcome };
