import { ELEMENTWISE } from './elementwise.ts';
import { FOURIER } from './fourier.ts';
import type { FunctionDescription, VectorFunction } from './function.ts';
import { LOOP_GAIN } from './loop-gain.ts';
import { pointwise } from './pointwise.ts';
import { STATISTICS } from './statistics.ts';
import { TIMING } from './timing.ts';

const OWN: readonly VectorFunction[] = [...STATISTICS, ...TIMING, ...FOURIER, ...LOOP_GAIN, ...ELEMENTWISE];
const ALL: readonly VectorFunction[] = [...OWN, ...pointwise(new Set(OWN.map((entry) => entry.name)))];

const BY_NAME: ReadonlyMap<string, VectorFunction> = new Map(ALL.map((entry) => [entry.name, entry]));

/** Every function of the measurement language, for `--help` and the documentation. */
export const FUNCTIONS: readonly FunctionDescription[] = ALL.map(({ name, signature, summary, unit }) => ({
  name,
  signature,
  summary,
  unit,
}));

export function functionNames(): Iterable<string> {
  return BY_NAME.keys();
}

export function functionNamed(name: string): VectorFunction | undefined {
  return BY_NAME.get(name);
}
