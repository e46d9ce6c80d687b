export { corners, monteCarlo, optimize, type StudyKind, study, sweep, tolerances } from './build.ts';
export type { StudyContext } from './context.ts';
export { parseCorners } from './corner.ts';
export { parseDesignRange, readDesignVariable } from './design.ts';
export { DISTRIBUTION_NAMES, parseDistribution } from './distribution.ts';
export {
  type DirectedPoint,
  directedExtremes,
  MOST_ALL_EXTREMES,
  type Signs,
  type WorstCaseOptions,
  worstCaseStudy,
} from './extremes.ts';
export { fileContext, isStudyFile, type LoadedStudy, loadStudyFile } from './file.ts';
export { inputFromFlags, type StudyFlags, studyFromFlags } from './flags.ts';
export { parseConstraint, parseObjective } from './goal.ts';
export { type StudyInput, studyInputSchema, studyJsonSchema } from './input.ts';
export { parseMeasure } from './measure.ts';
export { parseRange, parseSweep } from './range.ts';
export { readStudy } from './read.ts';
export { type RunDefaults, readConfidence, readCount, readRun, readSeconds } from './run-defaults.ts';
export {
  type Constraint,
  type Corner,
  type CorrelatedGroup,
  type DesignRange,
  type DesignVariable,
  type DistributionSpec,
  type Figure,
  type Limit,
  type MeasureSpec,
  type Objective,
  type PointTable,
  type PointValue,
  type Quantity,
  SAMPLERS,
  type SamplerName,
  type SpecSpec,
  type Statistic,
  type Statistics,
  type Study,
  type SweepAxis,
  type Tuning,
  type Vary,
} from './schema.ts';
export {
  type PointColumn,
  type Sensitivity,
  type SensitivityOptions,
  sensitivities,
  sensitivityStudy,
  signsOf,
} from './sensitivity.ts';
export { parseSpec } from './spec.ts';
export { readSampler } from './tuning.ts';
