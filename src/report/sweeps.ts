import type { Axis, Plan } from '../plan/schema.ts';
import type { Results } from '../run/results.ts';
import { hasRandomVariables, pointCount, positionsOf } from './axes.ts';
import { pointLabel } from './label.ts';

const MOST_POINTS = 20_000;
const MOST_CURVES = 60;

/** A measurement along one axis, a curve per combination of the other axes; where samples are drawn, their mean and spread. */
export interface SweepFamily {
  readonly measurement: string;
  readonly unit: string;
  readonly axis: string;
  readonly axisUnit: string;
  /** Names of positions where the axis is not a number (corners, zipped values that are not monotonic). */
  readonly labels?: readonly string[];
  readonly x: readonly number[];
  readonly curves: readonly SweepCurve[];
}

export interface SweepCurve {
  readonly label: string;
  readonly mean: readonly (number | null)[];
  /** One standard deviation, where each point has several samples. */
  readonly sigma?: readonly (number | null)[];
}

/** Curves of every measurement over the longest axis of the plan; none where a plan has no axis or too many points. */
export async function sweepFamilies(results: Results): Promise<SweepFamily[]> {
  const { plan } = results;
  const points = pointCount(plan);
  if (points < 2 || points > MOST_POINTS) return [];
  const along = longestAxis(plan);
  const curveKeys = curveLabels(plan, along, points);
  if (curveKeys.labels.length > MOST_CURVES) return [];
  const sums = await momentsPerPoint(results, points);
  const axis = plan.axes[along]!;
  const position = describeAxis(plan, axis);
  return plan.measurements.map(({ name, unit }) => ({
    measurement: name,
    unit,
    axis: axis.name,
    axisUnit: position.unit,
    ...(position.labels ? { labels: position.labels } : {}),
    x: position.x,
    curves: curveKeys.labels.map((label, curve) =>
      curveOf(sums.get(name)!, label, curve, curveKeys.curveOf, plan, along),
    ),
  }));
}

function longestAxis(plan: Plan): number {
  let best = 0;
  plan.axes.forEach((axis, k) => {
    const current = plan.axes[best]!;
    const rank = (a: Axis) => (a.circuits || isCategorical(plan, a) ? 0 : a.length);
    if (rank(axis) >= rank(current)) best = k;
  });
  return best;
}

const isCategorical = (plan: Plan, axis: Axis): boolean =>
  axis.columns.some((column) => plan.variables[column.variable]!.labels !== undefined);

/** Numbered or named positions: what stands below the curve. */
function describeAxis(plan: Plan, axis: Axis): { x: number[]; unit: string; labels?: string[] } {
  const labelled = axis.columns.find((column) => plan.variables[column.variable]!.labels !== undefined);
  if (labelled) {
    const names = plan.variables[labelled.variable]!.labels!;
    return {
      x: labelled.values.map((_, k) => k),
      unit: '',
      labels: labelled.values.map((value) => names[value] ?? String(value)),
    };
  }
  const first = axis.columns[0];
  if (!first) return { x: Array.from({ length: axis.length }, (_, k) => k), unit: '' };
  return { x: [...first.values], unit: plan.variables[first.variable]!.unit };
}

function curveLabels(plan: Plan, along: number, points: number): { labels: string[]; curveOf: Int32Array } {
  const labels: string[] = [];
  const known = new Map<string, number>();
  const curveOf = new Int32Array(points);
  for (let point = 0; point < points; point++) {
    const label = pointLabel(plan, point, along);
    let curve = known.get(label);
    if (curve === undefined) {
      curve = labels.length;
      known.set(label, curve);
      labels.push(label);
    }
    curveOf[point] = curve;
  }
  return { labels, curveOf };
}

interface Moments {
  readonly n: Float64Array;
  readonly mean: Float64Array;
  readonly m2: Float64Array;
}

async function momentsPerPoint(results: Results, points: number): Promise<Map<string, Moments>> {
  const names = results.plan.measurements.map(({ name }) => name);
  const zeros = () => new Float64Array(points);
  const moments = new Map(names.map((name) => [name, { n: zeros(), mean: zeros(), m2: zeros() }]));
  for await (const batch of results.batches(names)) {
    for (const name of names) {
      const { n, mean, m2 } = moments.get(name)!;
      const column = batch.columns.get(name)!;
      for (let row = 0; row < batch.rows; row++) {
        const value = column[row]!;
        if (!Number.isFinite(value)) continue;
        const point = batch.samples[row]! % points;
        n[point]! += 1;
        const delta = value - mean[point]!;
        mean[point]! += delta / n[point]!;
        m2[point]! += delta * (value - mean[point]!);
      }
    }
  }
  return moments;
}

function curveOf(
  moments: Moments,
  label: string,
  curve: number,
  curves: Int32Array,
  plan: Plan,
  along: number,
): SweepCurve {
  const { length } = plan.axes[along]!;
  const mean = new Array<number | null>(length).fill(null);
  const sigma = new Array<number | null>(length).fill(null);
  curves.forEach((owner, point) => {
    if (owner !== curve || moments.n[point] === 0) return;
    const position = positionsOf(plan.axes, point)[along]!;
    mean[position] = moments.mean[point]!;
    if (moments.n[point]! > 1) sigma[position] = Math.sqrt(moments.m2[point]! / (moments.n[point]! - 1));
  });
  return hasRandomVariables(plan) ? { label, mean, sigma } : { label, mean };
}
