export { corners, monteCarlo, type StudyKind, study, sweep, tolerances } from './build.ts';
export type { StudyContext } from './context.ts';
export { parseCorners } from './corner.ts';
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
export { type StudyInput, studyInputSchema, studyJsonSchema } from './input.ts';
export { parseMeasure } from './measure.ts';
export { parseRange, parseSweep } from './range.ts';
export { readStudy } from './read.ts';
export { type RunDefaults, readConfidence, readCount, readRun, readSeconds } from './run-defaults.ts';
export type {
  Corner,
  CorrelatedGroup,
  DistributionSpec,
  Limit,
  MeasureSpec,
  PointTable,
  PointValue,
  Quantity,
  SpecSpec,
  Statistics,
  Study,
  SweepAxis,
  Vary,
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
