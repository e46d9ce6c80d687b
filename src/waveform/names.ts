import type { Plot, Vector } from './types.ts';

/** Names that ngspice gives to vectors that are neither node voltages nor currents. */
const OTHER =
  /^(time|frequency|hertz|[a-z]+-sweep|[io]noise[_.].*|[io]noise|transfer_function|output_impedance_at_.*|.*#(input|output)_impedance|.*_impedance)$/;

/**
 * The one name of a vector, whatever way ngspice printed it: `out`, `V(out)` -> `v(out)`; `v1#branch`, `i(v1)` ->
 * `i(v1)`; `i(@m1[id])`, `@m1[id]` -> `@m1[id]`; `time`, `onoise_total` and the like as they are.
 */
export function canonicalVector(name: string): string {
  const lower = name.trim().toLowerCase();
  const call = /^([vi])\(\s*(.*?)\s*\)$/.exec(lower);
  if (call) return call[2]!.startsWith('@') ? call[2]! : `${call[1]}(${call[2]})`;
  if (lower.startsWith('@') || OTHER.test(lower)) return lower;
  if (lower.endsWith('#branch')) return `i(${lower.slice(0, -'#branch'.length)})`;
  return `v(${lower})`;
}

/** The vector of a plot by its canonical name, however the plot's own key is spelled. */
export function findVector(plot: Plot, canonical: string): Vector | undefined {
  const { vectors } = plot;
  const exact = vectors.get(canonical);
  if (exact) return exact;
  if (canonical.startsWith('@')) return vectors.get(`i(${canonical})`) ?? vectors.get(`v(${canonical})`);
  if (canonical.startsWith('v(')) return vectors.get(canonical.slice(2, -1));
  if (canonical.startsWith('i(')) return vectors.get(`${canonical.slice(2, -1)}#branch`);
  return undefined;
}
