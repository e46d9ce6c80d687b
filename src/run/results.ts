import type { EngineIdentity } from '../engine.ts';
import type { Plan } from '../plan/schema.ts';

/** Consecutive rows of a run, in the order of their samples. */
export interface ResultBatch {
  readonly rows: number;
  readonly samples: Float64Array;
  /** `STATUSES` codes. */
  readonly status: Uint8Array;
  /** Row of this batch -> why it is not ok. */
  readonly messages: ReadonlyMap<number, string>;
  /** Variables (by plan name; a categorical one as its label's index) and measurements. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

export interface ResultWaveform {
  readonly sample: number;
  readonly analysis: string;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** One coordinator's work on a run, as it was recorded. */
export interface Session {
  /** ISO 8601. */
  readonly started: string;
  readonly ended?: string | undefined;
  readonly host: string;
  readonly backend: string;
  readonly engine: EngineIdentity;
  readonly workers: number;
  /** Samples that this session simulated. */
  readonly simulated: number;
  /** Sum over the workers of the time spent on chunks. */
  readonly busySeconds: number;
  readonly outcome?: RunOutcome | undefined;
}

/** Why a session ended. */
export type RunOutcome =
  | { readonly kind: 'complete' }
  /** A stopping rule was met on the first `samples` samples; statistics are over those. */
  | { readonly kind: 'enough'; readonly samples: number; readonly rule: string }
  | { readonly kind: 'interrupted' }
  /** Everything that is left is with the backend, which goes on by itself. */
  | { readonly kind: 'detached' }
  | { readonly kind: 'failed'; readonly message: string };

/** Reads what a run has so far; safe beside a coordinator that is still writing. */
export interface Results {
  readonly plan: Plan;
  readonly planId: string;
  /** Where the run lives, for messages. */
  readonly location: string;
  readonly engine: EngineIdentity | undefined;
  readonly sessions: readonly Session[];
  /** Samples asked for (the ceiling where a stopping rule was given). */
  readonly wanted: number;
  /** Samples that have a row. */
  readonly present: number;
  /** Rows that the statistics are over: the prefix a stopping rule chose, else all that is wanted. */
  readonly counted: number;
  /**
   * Rows in sample order, a few thousand at a time, in constant memory.
   * @param names columns to read; all when absent. Only counted rows.
   * @throws SpiceLabError PART_CORRUPT for a torn or foreign part.
   */
  batches(names?: readonly string[]): AsyncIterable<ResultBatch>;
  /** One column, as long as there are counted rows. @throws SpiceLabError OPTION_INVALID for an unknown name. */
  column(name: string): Promise<Float64Array>;
  waveforms(): AsyncIterable<ResultWaveform>;
}
