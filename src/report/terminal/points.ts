import type { Measurement } from '../../plan/schema.ts';
import type { PointValues } from '../answers.ts';
import { plainNumber } from './numbers.ts';
import { cut, type Style } from './style.ts';
import { tableLines } from './table.ts';

const MOST_LINES = 40;

/** A sweep's numbers, a line per point; the first of them where there are many. */
export function pointLines(
  points: readonly PointValues[],
  measurements: readonly Measurement[],
  width: number,
  style: Style,
): string[] {
  const shown = points.slice(0, MOST_LINES);
  const failed = shown.some(({ status }) => status !== 'ok');
  const columns = [
    { title: '', dropOrder: 0, align: 'left' as const, cells: shown.map(({ label }) => cut(label, 48)) },
    ...measurements.map(({ name, unit }, k) => ({
      title: cut(name, 20),
      dropOrder: k,
      align: 'right' as const,
      cells: shown.map(({ values }) => plainNumber(values[name] ?? Number.NaN, unit, 6)),
    })),
    ...(failed
      ? [{ title: 'status', dropOrder: 0, align: 'left' as const, cells: shown.map(({ status }) => status) }]
      : []),
  ];
  const rest = points.length - shown.length;
  const more = rest > 0 ? [style.dim(`  and ${rest} more: see the report, or export`)] : [];
  return [style.bold('Points'), ...tableLines(columns, width, style), ...more];
}
