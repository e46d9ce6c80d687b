import { formatNumber } from '../../expression/index.ts';
import type { Estimate } from '../../stats/types.ts';

export const percent = (value: number, digits = 2): string =>
  Number.isFinite(value) ? `${(value * 100).toFixed(digits)} %` : '–';
/** A bound that the samples do not tell is left open. */
export const between = ({ low, high }: Estimate, show: (value: number) => string): string =>
  `${Number.isFinite(low) ? show(low) : 'open'} … ${Number.isFinite(high) ? show(high) : 'open'}`;
export const counted = (count: number, word: string): string =>
  `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
export const withUnit = (unit: string) => (value: number) => formatNumber(value, unit);
