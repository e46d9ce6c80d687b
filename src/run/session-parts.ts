import type { Intake } from './intake.ts';
import type { OpenedRun } from './open-run.ts';
import type { Reporter } from './reporter.ts';
import type { SessionOptions } from './run-options.ts';
import type { SessionLog } from './session-log.ts';
import type { Surroundings } from './surroundings.ts';

/** What a session works with. */
export interface SessionParts {
  readonly run: OpenedRun;
  readonly options: SessionOptions;
  readonly intake: Intake;
  readonly log: SessionLog;
  readonly reporter: Reporter;
  readonly surroundings: Surroundings;
  /** Seconds on the run's own clock, which never goes back. */
  readonly now: () => number;
}
