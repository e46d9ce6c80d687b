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
