import { formatNumber } from '../../expression/index.ts';

export const ACCENT = 'var(--accent)';
export const BAD = 'var(--bad)';
export const SOFT = 'var(--soft)';
/** More ticks than any axis has. */
const MOST_TICKS = 12;

export const style = {
  background: 'transparent',
  color: 'inherit',
  fontSize: '11px',
  fontFamily: 'inherit',
  overflow: 'visible',
} as const;
export const SIZE = {
  width: 460,
  height: 240,
  marginLeft: 58,
  marginRight: 24,
  marginBottom: 38,
  marginTop: 22,
} as const;

/** Formats the ticks of an axis over these values, with as many digits as tell one tick from the next. */
export function ticksOver(unit: string, values: readonly number[]): (value: number) => string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const steps = (MOST_TICKS * Math.max(Math.abs(low), Math.abs(high))) / (high - low);
  const digits = Number.isFinite(steps) ? Math.min(9, Math.max(3, Math.ceil(Math.log10(steps)) + 1)) : 4;
  return (value) => formatNumber(value, unit, digits);
}

/** Of a logarithmic axis: decades, and 2 and 5 between where there are few. */
export function logTicksOver(unit: string, values: readonly number[]): (value: number) => string {
  const decades = Math.log10(Math.max(...values) / Math.min(...values));
  const labelled = new Set(decades > 2.5 ? [1] : [1, 2, 5]);
  return (value) => {
    const first = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
    return labelled.has(first) ? formatNumber(value, unit, 3) : '';
  };
}

/** Whether values are told apart better by their ratios. */
export const spansDecades = (values: readonly number[]): boolean =>
  values.length > 3 && Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > 50;
