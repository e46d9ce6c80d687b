export type { TuneAnswer, TunedDesign, TuneTrial } from '../tune/answer.ts';
export type { FailedPoint } from './failed.ts';
export { type HighSigmaAnswer, highSigma } from './high-sigma/high-sigma.ts';
export { preview } from './preview.ts';
export {
  attachTo,
  goOn,
  type SimulateOptions,
  type Simulation,
  type SimulationHandle,
  simulate,
  start,
  startPlan,
} from './simulate.ts';
export {
  type Extreme,
  type FollowStage,
  type LocalSensitivity,
  type SensitivityAnswer,
  sensitivity,
  type WorstCase,
  type WorstCaseAnswer,
  worstCase,
} from './tolerances.ts';
export { designDeck, readTuneAnswer, trialLocation } from './tune/answer.ts';
export type { TuneEvent } from './tune/events.ts';
export { resumeTune, startTune, type TuneHandle, type TuneOptions, tune } from './tune/tune.ts';
