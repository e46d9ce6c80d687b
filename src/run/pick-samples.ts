import { createSampler } from '../plan/sampler.ts';
import type { Plan } from '../plan/schema.ts';

const CANDIDATES = 256;
const MOST = 6;
const MOST_CIRCUITS = 4;

/**
 * A few samples that are as far from each other as can be found among some hundred, spread over the plan: they come to
 * lie at the extremes of the variables. Every circuit (of the first few) is among them.
 */
export function pickSamples(plan: Plan, wanted: number): number[] {
  const sampler = createSampler(plan);
  const count = Math.min(wanted, CANDIDATES);
  const samples = Array.from({ length: count }, (_, k) => Math.floor((k * wanted) / count));
  const width = plan.variables.length;
  const rows = samples.map((sample) => {
    const { values, circuits } = sampler.batch(sample, sample + 1);
    return { sample, values, circuit: circuits[0]! };
  });
  const scales = Array.from({ length: width }, (_, k) => {
    const column = rows.map(({ values }) => values[k]!);
    return Math.max(...column) - Math.min(...column) || 1;
  });
  const distance = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += ((a[k]! - b[k]!) / scales[k]!) ** 2;
    return sum;
  };

  const picked = rows.slice(0, 1);
  const near = rows.map(({ values }) => (picked[0] ? distance(values, picked[0].values) : 0));
  const pick = (at: number): void => {
    picked.push(rows[at]!);
    rows.forEach(({ values }, k) => {
      near[k] = Math.min(near[k]!, distance(values, rows[at]!.values));
    });
  };
  while (picked.length < MOST) {
    const at = near.indexOf(Math.max(...near));
    if (!(near[at]! > 0)) break;
    pick(at);
  }
  const known = new Set(picked.map(({ circuit }) => circuit));
  rows.forEach(({ circuit }, at) => {
    if (known.has(circuit) || picked.length >= MOST + MOST_CIRCUITS) return;
    known.add(circuit);
    pick(at);
  });
  return picked.map(({ sample }) => sample).sort((a, b) => a - b);
}
