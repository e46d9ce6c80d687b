export { type RunHandle, resumeRun, startRun } from './driver.ts';
export type { LiveEstimate, RuleStatus, RunEvent } from './events.ts';
export { openResults } from './open-results.ts';
export {
  type OpenedRecord,
  openedRecords,
  readRecords,
  type SubmittedRecord,
  submittedRecords,
} from './records.ts';
export type { ResultBatch, Results, ResultWaveform, RunOutcome, Session } from './results.ts';
export { type ReadQuantity, readStoppingRule, type StoppingRule } from './rule.ts';
export type {
  CheckedPlan,
  EngineChoice,
  ResumeOptions,
  SessionOptions,
  StartOptions,
} from './run-options.ts';
export { type SelfCheckOptions, selfCheck } from './self-check.ts';
