export type { Backend, Capabilities, Job, JobEvent, JobRef } from './backend.ts';
export { type BackendKind, type BackendOptions, openBackend } from './backends/index.ts';
export {
  allReload,
  type Compiled,
  compileStudy,
  type Explanation,
  type Notice,
  stepDown,
} from './compile/index.ts';
export type { Engine, EngineFound, EngineIdentity, EngineKind, EngineOptions } from './engine.ts';
export { chooseEngine, ENGINES, findEngines } from './engines/index.ts';
export { describeError, type ErrorCode, type Place, SpiceLabError } from './errors/index.ts';
export { formatNumber, parseNumber } from './expression/index.ts';
export { createSampler, type Plan, plainDeck, planDocument, readPlan, type Sampler } from './plan/index.ts';
export { type AnswerOptions, answer } from './report/answer.ts';
export type {
  Answers,
  FailureAnswer,
  FailureRegion,
  FailureStatistics,
  Group,
  WorstSample,
} from './report/answers.ts';
export { EXPORT_FORMATS, exportTable, sampleTable, waveformTable } from './report/export/index.ts';
export { htmlReport } from './report/html.ts';
export { type TerminalOptions, terminalSummary } from './report/terminal.ts';
export {
  openResults,
  type ResultBatch,
  type Results,
  type ResultWaveform,
  type RunEvent,
  type RunHandle,
  type RunOutcome,
  resumeRun,
  type Session,
  startRun,
} from './run/index.ts';
export {
  type HighSigmaAnswer,
  highSigma,
  type SensitivityAnswer,
  type SimulateOptions,
  type Simulation,
  sensitivity,
  simulate,
  type TuneAnswer,
  type TuneEvent,
  type TuneOptions,
  tune,
  type WorstCaseAnswer,
  worstCase,
} from './simulate/index.ts';
export type { ColumnStatistics, Contributors, Estimate, YieldStatistics } from './stats/types.ts';
export type { Store } from './store.ts';
export { openStore } from './stores/index.ts';
export {
  corners,
  loadStudyFile,
  monteCarlo,
  optimize,
  type Study,
  type StudyInput,
  study,
  sweep,
  tolerances,
} from './study/index.ts';
export { VERSION } from './version.ts';
export { type Plot, type RawPlot, readRaw, type Vector, writeRaw } from './waveform/index.ts';
