export { type Assigned, type Assigner, type AssignmentTarget, createAssigner } from './assign.ts';
export { compileMeasures, type Measured, type Measures } from './measures.ts';
export {
  analysisFailure,
  assignmentRefusal,
  type Failure,
  leavesTraces,
  loadFailure,
  measuredValue,
  printedValue,
  stripStream,
} from './messages.ts';
export { placeOfLine, placeOfStatement } from './origins.ts';
export { compileProgram, type Program } from './program.ts';
export { createRows, type RowsBuilder } from './rows.ts';
export { compileSteps, type MeasCommand, type Step } from './steps.ts';
export {
  CHANGES_NOTHING,
  cannotBeSet,
  isProbed,
  type Prober,
  probeSteps,
  unknownTarget,
  verifyTargets,
} from './verify.ts';
export { type CircuitTexts, createCircuitTexts, rowOf, type Visit } from './visits.ts';
