import type { Axis, Plan } from '../plan/schema.ts';

/** How many points the axes of a plan have together; 1 without axes. */
export const pointCount = (plan: Plan): number =>
  plan.axes.reduce((product, axis) => product * axis.length, 1);

export const hasRandomVariables = (plan: Plan): boolean =>
  plan.variables.some((variable) => variable.source.kind === 'random');

/** The position on each axis of a point; the last axis runs fastest. */
export function positionsOf(axes: readonly Axis[], point: number): number[] {
  const positions = new Array<number>(axes.length);
  let rest = point;
  for (let k = axes.length - 1; k >= 0; k--) {
    const { length } = axes[k]!;
    positions[k] = rest % length;
    rest = Math.floor(rest / length);
  }
  return positions;
}
