import { formatNumber } from '../expression/format.ts';
import type { Axis, Plan } from '../plan/schema.ts';
import { positionsOf } from './axes.ts';

/**
 * A point of the axes in words, such as `corner=ff, temp=125 °C`. An axis with a categorical variable is told by that one
 * alone, because its label stands for whatever else it sets. The axis with index `without` is left out.
 */
export function pointLabel(plan: Plan, point: number, without?: number): string {
  const positions = positionsOf(plan.axes, point);
  const labels = plan.axes.map((axis, k) => axisLabel(plan, axis, positions[k]!));
  return labels.filter((_, k) => k !== without).join(', ');
}

function axisLabel(plan: Plan, axis: Axis, position: number): string {
  const categorical = axis.columns.filter((column) => plan.variables[column.variable]?.labels !== undefined);
  const told = categorical.length > 0 ? categorical : axis.columns;
  if (told.length === 0) return `${axis.name}=${position}`;
  const words = told.map((column) => {
    const variable = plan.variables[column.variable]!;
    const value = column.values[position]!;
    return `${variable.name}=${variable.labels?.[value] ?? formatNumber(value, variable.unit)}`;
  });
  return words.join(', ');
}
