export {
  type CircuitWriter,
  type CompiledAssignment,
  circuitText,
  compileAssignments,
  compileValue,
  createCircuitWriter,
  type RowValue,
  type WhichSlots,
} from './assignments.ts';
export { canonicalJson } from './canonical.ts';
export { checkPlan } from './check.ts';
export { compileCommand, type RowCommand } from './commands.ts';
export { planDocument, planId, readPlan } from './identity.ts';
export { type ImportanceDraws, type ImportanceSampling, importanceDraws } from './importance.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { assignmentCommand, plainDeck } from './plain-deck.ts';
export { printExact } from './print-number.ts';
export { checkDistribution, type QuantileFunction, quantileFunction } from './quantile.ts';
export { createSampler, type Sampler, type SamplerPlan } from './sampler.ts';
export {
  ANALYSIS_KINDS,
  type Analysis,
  type Assignment,
  type Axis,
  type Circuit,
  type Correlation,
  type Distribution,
  type Measurement,
  PLAN_FORMAT,
  type Plan,
  planSchema,
  type Sampling,
  type Shift,
  type Slot,
  type Spec,
  type Variable,
  type WaveformRequest,
} from './schema.ts';
export { type Coordinate, type ScoreSpace, scoreSpace } from './score-space.ts';
export { SOBOL_DIMENSIONS } from './sobol.ts';
export { type Batch, OK, STATUSES, type Status, statusCode, type Table, type Waveform } from './table.ts';
