import { importanceDraws } from './importance.ts';
import { normalQuantile } from './normal.ts';
import type { Plan } from './schema.ts';
import { scoreSpace } from './score-space.ts';
import type { Batch } from './table.ts';
import { uniformSource } from './uniform-source.ts';

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
  const space = scoreSpace(plan);
  const { sampling } = plan;
  if (sampling.method === 'importance') {
    const draws = importanceDraws(space, sampling);
    const scores = new Float64Array(space.coordinates.length);
    return (draw, values, offset) => {
      draws.scores(draw, scores);
      space.fillValues(scores, values, offset);
    };
  }
  const uniforms = space.coordinates.map(({ name }, dimension) => uniformSource(sampling, name, dimension));
  const uniform = (coordinate: number, draw: number) => uniforms[coordinate]!(draw);
  const singles = space.singles.map(({ coordinate, index, quantile }) => ({
    index,
    uniform: uniforms[coordinate]!,
    of: quantile.ofUniform,
  }));
  return (draw, values, offset) => {
    for (const { index, uniform, of } of singles) values[offset + index] = of(uniform(draw));
    for (const group of space.groups)
      group.fill((coordinate) => normalQuantile(uniform(coordinate, draw)), values, offset);
  };
}
