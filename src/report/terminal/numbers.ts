import { formatNumber } from '../../expression/format.ts';
import type { Estimate } from '../../stats/types.ts';
import type { Style } from './style.ts';

/** A value with as many digits as its interval leaves meaning, and half the width of the interval. */
export function withInterval({ value, low, high }: Estimate, unit: string, style: Style): string {
  if (Number.isNaN(value)) return '-';
  const half = (high - low) / 2;
  if (!Number.isFinite(half) || half === 0) return formatNumber(value, unit);
  const meaningful = Math.ceil(Math.log10(Math.abs(value) / half)) + 2;
  const digits = Math.max(4, Math.min(9, Number.isFinite(meaningful) ? meaningful : 4));
  return `${formatNumber(value, unit, digits)} ${style.plusMinus} ${formatNumber(half, unit, 2)}`;
}

export function plainNumber(value: number, unit: string, digits?: number): string {
  return Number.isNaN(value) ? '-' : formatNumber(value, unit, digits);
}

/** Digits that tell the two ends of a range apart: 4.9937 V and 4.9941 V are not both 4.994 V. */
export function digitsBetween(low: number, high: number): number {
  const needed = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))) + 2;
  return Number.isFinite(needed) ? Math.max(4, Math.min(9, needed)) : 4;
}

/** `99.2 % (98.4 to 99.7)`, with the decimals that the interval leaves meaning. */
export function percentWithInterval({ value, low, high }: Estimate): string {
  if (Number.isNaN(value)) return '-';
  const width = 100 * (high - low);
  const decimals = width > 0 ? Math.max(1, Math.min(6, 1 - Math.floor(Math.log10(width)))) : 2;
  const percent = (share: number): string => (100 * share).toFixed(decimals);
  return width > 0 ? `${percent(value)} % (${percent(low)} to ${percent(high)})` : `${percent(value)} %`;
}

/** A number with its thousands apart; without the language tables of the system, which take longer to load than all else here. */
export function count(value: number): string {
  const [whole = '', ...fraction] = String(value).split('.');
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ','), ...fraction].join('.');
}

/** `1 sample`, `1,000 samples`. */
export function counted(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}

export function seconds(value: number): string {
  if (value < 59.5) return `${Number(value.toPrecision(2))} s`;
  const whole = Math.round(value);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
