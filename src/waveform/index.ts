export { FUNCTIONS } from './catalogue.ts';
export type { FunctionDescription, UnitRule } from './function.ts';
export {
  type CompiledMeasurement,
  compileMeasurement,
  type Measured,
  type MeasurementOptions,
} from './measurement.ts';
export { canonicalVector, findVector } from './names.ts';
export { readRaw } from './rawRead.ts';
export { plotOfRaw, type RawPlot, type RawVariable, rawOfPlot } from './rawTypes.ts';
export { writeRaw, writeRawAscii } from './rawWrite.ts';
export type { AnalysisKind, Plot, Vector } from './types.ts';
export { scaleUnit, vectorUnit } from './units.ts';
