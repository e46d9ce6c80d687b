export type { InstanceCard, ModelCard, ParameterCard, Scope } from './cards.ts';
export type {
  CircuitValues,
  Draw,
  DrawSite,
  OpenTargets,
  Residual,
  SiteValue,
} from './circuit-values.ts';
export type { DeckWarning } from './classify.ts';
export { evaluateIn } from './context.ts';
export { type Deck, type DeckOptions, type DeckSource, readDeck } from './deck.ts';
export { DEVICE_KINDS, type DeviceKind } from './devices.ts';
export type { Elaboration, FlatInstance, FlatModel } from './elaborate.ts';
export { diskFiles, type FileReader, memoryFiles } from './files.ts';
export type { Line, Source } from './flatten.ts';
export type { FileCache } from './load.ts';
export type { Parameters } from './parameters.ts';
export { reachedLines, type ShakeHints } from './shake.ts';
export { type Census, censusOf, countLines } from './shake-census.ts';
export { findStatisticalCalls, holdLine, type StatisticalCall } from './statistical.ts';
export {
  type Dialect,
  type DrawDistribution,
  type DrawForm,
  drawForm,
  STATISTICAL_NAMES,
  type StatisticalFunction,
  statisticalFunction,
} from './statistical-functions.ts';
export { assignmentsOf, type ParameterText, type Span, type Token, tokenize, unwrap } from './tokens.ts';
export { evaluateCircuit } from './values/circuit.ts';
export { foldBinary, foldCall, foldUnary, numberOf } from './values/fold.ts';
export type { ModelUse } from './visible.ts';
