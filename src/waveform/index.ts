export { FUNCTIONS } from './catalogue.ts';
export type { FunctionDescription, UnitRule } from './function.ts';
export {
  type CompiledMeasurement,
  compileMeasurement,
  type Measured,
  type MeasurementOptions,
  unitOfNumbers,
} from './measurement.ts';
export { canonicalVector, findVector } from './names.ts';
export { readRaw } from './raw-read.ts';
export { plotOfRaw, type RawPlot, type RawVariable, rawOfPlot } from './raw-types.ts';
export { writeRaw, writeRawAscii } from './raw-write.ts';
export type { AnalysisKind, Plot, Vector } from './types.ts';
export { scaleUnit, vectorUnit } from './units.ts';
