import type { Estimate } from '../stats/types.ts';
import type { FailureRegion } from './answers.ts';

const MOST_COORDINATES = 6;

export const probabilityWords = (value: number): string => {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return '–';
  return value < 0.01 ? value.toExponential(2) : value.toPrecision(3);
};

export const sigmaWords = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : 'open');

/** A share with two digits. */
export const shareWords = (share: number): string =>
  Number.isFinite(share) ? `${Number((100 * share).toPrecision(2))} %` : '–';

export const intervalWords = ({ value, low, high }: Estimate, show: (value: number) => string): string =>
  `${show(value)} (${show(low)} to ${show(high)})`;

/** `xm1.mis_vth +3.20, xm2.mis_vth -3.10, …` */
export function placeWords({ at }: FailureRegion): string {
  const told = at
    .slice(0, MOST_COORDINATES)
    .map(({ variable, sigmas }) => `${variable} ${sigmas < 0 ? '' : '+'}${sigmas.toFixed(2)}`);
  return `${told.join(', ')}${at.length > told.length ? ', …' : ''}`;
}
