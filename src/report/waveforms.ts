import type { Results } from '../run/results.ts';

const MOST_CURVES = 150;
const MOST_POINTS = 600;

/** Saved waveforms of one vector, one curve per sample. */
export interface WaveformFamily {
  readonly analysis: string;
  readonly vector: string;
  /** Scale of the analysis: `time`, `frequency`, the swept source. */
  readonly scale: string;
  readonly logarithmic: boolean;
  readonly curves: readonly {
    readonly sample: number;
    readonly x: readonly number[];
    readonly y: readonly number[];
  }[];
}

interface Family {
  readonly analysis: string;
  readonly vector: string;
  readonly scale: string;
  readonly curves: { sample: number; x: number[]; y: number[] }[];
}

/** The first samples' waveforms, thinned to what a picture can show; complex vectors as magnitude in dB. */
export async function waveformFamilies(results: Results): Promise<WaveformFamily[]> {
  if (results.plan.waveforms.length === 0) return [];
  const families = new Map<string, Family>();
  for await (const { sample, analysis, names, columns } of results.waveforms()) {
    const [scale, ...vectors] = names;
    if (scale === undefined) continue;
    for (const { name, values } of realVectors(vectors, columns.slice(1))) {
      const key = `${analysis} ${name}`;
      const family: Family = families.get(key) ?? { analysis, vector: name, scale, curves: [] };
      families.set(key, family);
      if (family.curves.length < MOST_CURVES) family.curves.push({ sample, ...thinned(columns[0]!, values) });
    }
  }
  return [...families.values()].map((family) => ({ ...family, logarithmic: isLogarithmic(family) }));
}

/** `re(v)`, `im(v)` become `v` in dB; real vectors stay. */
function realVectors(
  names: readonly string[],
  columns: readonly Float64Array[],
): { name: string; values: ArrayLike<number> }[] {
  return names.flatMap((name, k): { name: string; values: ArrayLike<number> }[] => {
    const complex = /^(re|im)\((.*)\)$/.exec(name);
    if (!complex) return [{ name, values: columns[k]! }];
    if (complex[1] === 'im') return [];
    const imaginary = columns[names.indexOf(`im(${complex[2]})`)];
    if (!imaginary) return [{ name, values: columns[k]! }];
    const decibels = Array.from(columns[k]!, (re, row) => 20 * Math.log10(Math.hypot(re, imaginary[row]!)));
    return [{ name: `${complex[2]} in dB`, values: decibels }];
  });
}

function thinned(x: ArrayLike<number>, y: ArrayLike<number>): { x: number[]; y: number[] } {
  const step = Math.max(1, Math.ceil(x.length / MOST_POINTS));
  const keep = (values: ArrayLike<number>) =>
    Array.from(values).filter((_, k) => k % step === 0 || k === values.length - 1);
  return { x: keep(x).map(shorter), y: keep(y).map(shorter) };
}

const shorter = (value: number): number => Number(value.toPrecision(7));

/** A scale that runs over more than two decades, evenly in its logarithm. */
function isLogarithmic({ curves }: Family): boolean {
  const x = curves[0]?.x ?? [];
  return (
    x.length > 2 &&
    x[0]! > 0 &&
    x.at(-1)! / x[0]! > 100 &&
    x[1]! / x[0]! > 1 &&
    Math.abs(x[2]! / x[1]! - x[1]! / x[0]!) < 0.05 * (x[1]! / x[0]!)
  );
}
