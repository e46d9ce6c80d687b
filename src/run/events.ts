import type { EngineIdentity } from '../engine.ts';
import type { RunOutcome } from './results.ts';

/** A share or a figure so far, with its interval; NaN never appears, because events are printed as JSON. */
export interface LiveEstimate {
  /** `yield`, `yield(gain)`. */
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How far the stopping rule is: its last look, and the prefix that the next one needs. */
export interface RuleStatus {
  readonly rule: string;
  readonly samples: number;
  readonly met: boolean;
  readonly value?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly nextLookAt: number;
}

/** What a run tells while it goes, as `--json` prints it. Times are in seconds. */
export type RunEvent =
  | {
      readonly type: 'started';
      readonly run: string;
      readonly planId: string;
      readonly session: number;
      readonly why: 'created' | 'continued' | 'extended';
      readonly wanted: number;
      readonly present: number;
      readonly backend: string;
      readonly workers: number;
      readonly engine: string;
    }
  | {
      readonly type: 'progress';
      readonly seconds: number;
      /** Samples that have a row. */
      readonly present: number;
      readonly wanted: number;
      /** Samples per second of late; 0 before the first part. */
      readonly rate: number;
      /** To all that is wanted; a stopping rule may end the run sooner. */
      readonly etaSeconds?: number | undefined;
      /** Status word -> rows, only those that are not ok. */
      readonly failures: Readonly<Record<string, number>>;
      /** Chunks that were lost and are tried again: not failures. */
      readonly losses: number;
      readonly workersUp: number;
      readonly estimates: readonly LiveEstimate[];
      readonly rule?: RuleStatus | undefined;
    }
  | {
      readonly type: 'worker';
      readonly state: 'up' | 'down';
      readonly worker: string;
      readonly host: string;
      readonly engine?: EngineIdentity | undefined;
      readonly reason?: string | undefined;
    }
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'draining'; readonly chunks: number; readonly message: string }
  | {
      readonly type: 'finished';
      readonly outcome: RunOutcome;
      readonly seconds: number;
      readonly present: number;
      readonly wanted: number;
      readonly simulated: number;
      /** Status word -> rows. */
      readonly statuses: Readonly<Record<string, number>>;
    };
