import { latinHypercube } from './lhs.ts';
import { Stream } from './philox.ts';
import type { Sampling } from './schema.ts';
import { SOBOL_DIMENSIONS, scrambledSobol } from './sobol.ts';

/** One variable's uniform number in (0, 1) per draw; `dimension` counts the dimensions of one sampling. */
export function uniformSource(sampling: Sampling, name: string, dimension: number): (draw: number) => number {
  const { seed } = sampling;
  if (sampling.method === 'lhs') return latinHypercube(seed, name, sampling.block);
  const replicates = sampling.method === 'random' ? 0 : sampling.replicates;
  if (replicates > 0 && dimension < SOBOL_DIMENSIONS)
    return scrambledSobol(seed, name, dimension, replicates);
  const stream = new Stream(seed, name, 'draw');
  return (draw) => stream.uniform(draw);
}
