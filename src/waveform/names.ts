import type { Plot, Vector } from './types.ts';

/** Vectors of dc sweeps, noise and transfer functions, which raw files write as voltages: `v(v-sweep)`. */
const RESULT = /^([a-z]+-sweep|[io]noise|[io]noise[_.].*|transfer_function)$/;
const SCALE = /^(time|frequency|hertz)$/;

/**
 * The one name of a vector, whatever way ngspice printed it: `out`, `V(out)` -> `v(out)`; `v1#branch`, `i(v1)` ->
 * `i(v1)`; `i(@m1[id])`, `@m1[id]` -> `@m1[id]`; `time`, `onoise_total` and the like as they are;
 * `output_impedance_at_v(out)`, `vs#output_impedance` -> `output_impedance`, `v1#input_impedance` -> `input_impedance`.
 */
export function canonicalVector(name: string): string {
  const lower = name.trim().toLowerCase();
  const call = /^([vi])\(\s*(.*?)\s*\)$/.exec(lower);
  const inside = call ? call[2]! : lower;
  if (inside.startsWith('@') || RESULT.test(inside)) return inside;
  if (/^(output_impedance(_at_.*)?|.*#output_impedance)$/.test(inside)) return 'output_impedance';
  if (/^(.*#)?input_impedance$/.test(inside)) return 'input_impedance';
  if (call) return `${call[1]}(${inside})`;
  if (SCALE.test(lower)) return lower;
  if (lower.endsWith('#branch')) return `i(${lower.slice(0, -'#branch'.length)})`;
  return `v(${lower})`;
}

/** The vector of a plot by its canonical name, however the plot's own key is spelled. */
export function findVector(plot: Plot, canonical: string): Vector | undefined {
  const { vectors } = plot;
  const exact = vectors.get(canonical);
  if (exact) return exact;
  if (canonical.startsWith('v(')) return vectors.get(canonical.slice(2, -1));
  if (canonical.startsWith('i(')) return vectors.get(`${canonical.slice(2, -1)}#branch`);
  for (const [name, vector] of vectors) if (canonicalVector(name) === canonical) return vector;
  return undefined;
}
