import { formatNumber } from '../../expression/index.ts';
import type { FigureEstimate, TuneColumn } from '../../tune/answer.ts';

/** A figure with its unit; a yield in percent. */
export function figureText(value: number, { unit }: TuneColumn, digits?: number): string {
  if (Number.isNaN(value)) return '-';
  return unit === '%' ? `${Number((100 * value).toFixed(2))} %` : formatNumber(value, unit, digits);
}

/** `99.4 % (98.7 % to 99.8 %)`; without an interval the value alone. */
export function estimateText({ value, low, high }: FigureEstimate, column: TuneColumn): string {
  const shown = figureText(value, column);
  if (!(high > low)) return shown;
  const end = (bound: number) => (Number.isFinite(bound) ? figureText(bound, column) : 'open');
  // what differs in digits that are not shown is no interval to a reader
  if (end(low) === end(high)) return shown;
  return `${shown} (${end(low)} to ${end(high)})`;
}

/** `minimize mean(power)`. */
export const aimText = ({ name, direction }: { readonly name: string; readonly direction: string }): string =>
  `${direction} ${name}`;
