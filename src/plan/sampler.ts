import { SpiceLabError } from '../errors/index.ts';
import { choleskyFactor, correlateScores } from './correlate.ts';
import { latinHypercube } from './lhs.ts';
import { normalQuantile } from './normal.ts';
import { Stream } from './philox.ts';
import { type QuantileFunction, quantileFunction } from './quantile.ts';
import type { Distribution, Plan, Sampling, Variable } from './schema.ts';
import { SOBOL_DIMENSIONS, scrambledSobol } from './sobol.ts';
import type { Batch } from './table.ts';

/** What a sampler reads of a plan. */
export type SamplerPlan = Pick<Plan, 'variables' | 'axes' | 'sampling' | 'correlations'>;

/** Turns sample indices into variable values; every value is a pure function of (plan, sample). */
export interface Sampler {
  /** Points of the axes: the product of their lengths. */
  readonly points: number;
  /** Point of a sample; the last axis runs fastest. */
  pointOf(sample: number): number;
  /** Draw of a sample: the same at every point. */
  drawOf(sample: number): number;
  /** Samples start … end - 1. */
  batch(start: number, end: number): Batch;
}

/** Writes the values of one draw (or point) into a row of variables. */
type Fill = (index: number, values: Float64Array, offset: number) => void;

/**
 * @throws SpiceLabError PLAN_INVALID, CORRELATION_INVALID or DISTRIBUTION_INVALID for a plan that contradicts itself.
 */
export function createSampler(plan: SamplerPlan): Sampler {
  const points = plan.axes.reduce((product, axis) => product * axis.length, 1);
  const width = plan.variables.length;
  const fillPoint = axesFill(plan);
  const circuitOf = circuitLookup(plan);
  const fillDraw = drawFill(plan);
  const pointOf = (sample: number) => sample % points;
  const drawOf = (sample: number) => Math.floor(sample / points);

  const batch = (start: number, end: number): Batch => {
    const rows = end - start;
    const samples = new Float64Array(rows);
    const circuits = new Uint16Array(rows);
    const values = new Float64Array(rows * width);
    const drawn = new Float64Array(width);
    let draw = -1;
    for (let row = 0; row < rows; row++) {
      const sample = start + row;
      if (drawOf(sample) !== draw) {
        draw = drawOf(sample);
        fillDraw(draw, drawn, 0);
      }
      samples[row] = sample;
      values.set(drawn, row * width);
      fillPoint(pointOf(sample), values, row * width);
      circuits[row] = circuitOf(pointOf(sample));
    }
    return { rows, samples, circuits, values };
  };
  return { points, pointOf, drawOf, batch };
}

/** Points after which each axis steps on. */
function strides(plan: SamplerPlan): number[] {
  const steps: number[] = [];
  let stride = 1;
  for (let a = plan.axes.length - 1; a >= 0; a--) {
    steps[a] = stride;
    stride *= plan.axes[a]!.length;
  }
  return steps;
}

function axesFill(plan: SamplerPlan): Fill {
  const steps = strides(plan);
  const columns = plan.axes.flatMap((axis, a) =>
    axis.columns.map((column) => ({
      variable: column.variable,
      step: steps[a]!,
      length: axis.length,
      values: Float64Array.from(column.values),
    })),
  );
  return (point, values, offset) => {
    for (const { variable, step, length, values: from } of columns)
      values[offset + variable] = from[Math.floor(point / step) % length]!;
  };
}

function circuitLookup(plan: SamplerPlan): (point: number) => number {
  const steps = strides(plan);
  const a = plan.axes.findIndex((axis) => axis.circuits !== undefined);
  const axis = plan.axes[a];
  if (axis?.circuits === undefined) return () => 0;
  const { circuits, length } = axis;
  return (point) => circuits[Math.floor(point / steps[a]!) % length]!;
}

function drawFill(plan: SamplerPlan): Fill {
  const random = plan.variables.flatMap((variable, index) => {
    const distribution = distributionOf(variable);
    return distribution ? [{ variable, index, quantile: quantileFunction(distribution) }] : [];
  });
  const uniforms = new Map(
    random.map(({ variable, index }, dimension) => [
      index,
      uniformSource(plan.sampling, variable.name, dimension),
    ]),
  );
  const quantiles = new Map(random.map(({ index, quantile }) => [index, quantile]));
  const grouped = new Set(plan.correlations.flatMap((group) => group.members));
  const groups = plan.correlations.map(({ members, matrix }) =>
    groupFill(members, matrix, uniforms, quantiles),
  );
  const alone = random.filter(({ index }) => !grouped.has(index));
  const singles = alone.map(({ index, quantile }) => ({
    index,
    uniform: uniforms.get(index)!,
    of: quantile.ofUniform,
  }));
  return (draw, values, offset) => {
    for (const { index, uniform, of } of singles) values[offset + index] = of(uniform(draw));
    for (const fill of groups) fill(draw, values, offset);
  };
}

const distributionOf = (variable: Variable): Distribution | undefined =>
  variable.source.kind === 'random' ? variable.source.distribution : undefined;

/** A Gaussian copula: independent scores, correlated by a Cholesky factor, then through each member's quantile function. */
function groupFill(
  members: readonly number[],
  matrix: readonly (readonly number[])[],
  uniforms: ReadonlyMap<number, (draw: number) => number>,
  quantiles: ReadonlyMap<number, QuantileFunction>,
): Fill {
  const factor = choleskyFactor(matrix);
  const sources = members.map((member) => {
    const uniform = uniforms.get(member);
    const quantile = quantiles.get(member);
    if (!uniform || !quantile)
      throw new SpiceLabError('PLAN_INVALID', `variable ${member} is correlated but not random`);
    return { uniform, of: quantile.ofScore, member };
  });
  const scores = new Float64Array(members.length);
  return (draw, values, offset) => {
    for (const [i, { uniform }] of sources.entries()) scores[i] = normalQuantile(uniform(draw));
    correlateScores(factor, scores);
    for (const [i, { of, member }] of sources.entries()) values[offset + member] = of(scores[i]!);
  };
}

function uniformSource(sampling: Sampling, name: string, dimension: number): (draw: number) => number {
  if (sampling.method === 'sobol' && dimension < SOBOL_DIMENSIONS)
    return scrambledSobol(sampling.seed, name, dimension, sampling.replicates);
  if (sampling.method === 'lhs') return latinHypercube(sampling.seed, name, sampling.block);
  const stream = new Stream(sampling.seed, name, 'draw');
  return (draw) => stream.uniform(draw);
}
