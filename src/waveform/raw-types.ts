import type { AnalysisKind, Plot, Vector } from './types.ts';

/** One variable of a raw file; `type` is ngspice's word for what it is (`voltage`, `current`, `time`, …). */
export interface RawVariable {
  readonly name: string;
  readonly type: string;
  readonly vector: Vector;
}

/** One plot of an ngspice raw file. The first variable is the scale. */
export interface RawPlot {
  readonly title: string;
  readonly date: string;
  /** `AC Analysis`, `Transient Analysis`, … */
  readonly name: string;
  readonly variables: readonly RawVariable[];
}

const KINDS: readonly (readonly [RegExp, AnalysisKind])[] = [
  [/operating point/i, 'op'],
  [/dc transfer|transfer characteristic/i, 'dc'],
  [/transfer function/i, 'tf'],
  [/ac analysis/i, 'ac'],
  [/transient/i, 'tran'],
  [/noise/i, 'noise'],
];

/** The kind of analysis by the plot's name; `undefined` for others (`constants`, spectra). */
export function rawKind(name: string): AnalysisKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Names that ngspice gives to its plots. */
export const PLOT_NAMES: Readonly<Record<AnalysisKind, string>> = {
  op: 'Operating Point',
  dc: 'DC transfer characteristic',
  ac: 'AC Analysis',
  tran: 'Transient Analysis',
  noise: 'Noise Spectral Density Curves',
  tf: 'Transfer Function',
};

/** Types of the vectors that are scales. */
const SCALES = new Set(['time', 'frequency', 'temp-sweep', 'res-sweep', 'param-sweep']);

function isScale(kind: AnalysisKind, variable: RawVariable): boolean {
  if (kind === 'op' || kind === 'tf') return false;
  return kind === 'dc' || SCALES.has(variable.type) || SCALES.has(variable.name.toLowerCase());
}

/**
 * What measurements read. ngspice writes the scale and device parameters of a complex plot as complex numbers too;
 * they are made real. `undefined` for a plot that is no analysis.
 */
export function plotOfRaw(raw: RawPlot): Plot | undefined {
  const kind = rawKind(raw.name);
  if (!kind) return undefined;
  const first = raw.variables[0];
  const scale = first && isScale(kind, first) ? first.name.toLowerCase() : '';
  const vectors = new Map<string, Vector>();
  for (const { name, vector } of raw.variables) {
    const key = name.toLowerCase();
    vectors.set(key, key === scale || key.includes('@') ? { re: vector.re } : vector);
  }
  return { kind, scale, vectors };
}

/** A plot as a raw file holds it, the scale first. */
export function rawOfPlot(plot: Plot, title = '', date = ''): RawPlot {
  const names = [...plot.vectors.keys()].sort((a, b) => Number(b === plot.scale) - Number(a === plot.scale));
  return {
    title,
    date,
    name: PLOT_NAMES[plot.kind],
    variables: names.map((name) => ({ name, type: rawType(name), vector: plot.vectors.get(name)! })),
  };
}

function rawType(name: string): string {
  if (name === 'time' || name === 'frequency') return name;
  if (name === 'v-sweep') return 'voltage';
  if (name === 'i-sweep' || name.endsWith('#branch') || name.startsWith('i(')) return 'current';
  if (name.startsWith('@')) return 'notype';
  return 'voltage';
}
