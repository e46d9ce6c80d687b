import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import {
  cpkInterval,
  kurtosisInterval,
  type MomentSummary,
  meanInterval,
  sigmaInterval,
  skewnessInterval,
} from './intervals.ts';
import { Moments } from './moments.ts';
import type { Estimate } from './types.ts';

const TRIALS = 3000;
const { uniform, normal } = seeded(2024);

/** How often an interval at 95 % covers the truth, over samples of n draws. */
function coverage(
  draw: () => number,
  n: number,
  truth: number,
  interval: (m: MomentSummary) => Estimate,
): number {
  let covered = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const moments = new Moments();
    for (let i = 0; i < n; i++) moments.add(draw());
    const { low, high } = interval(moments.summary());
    if (low <= truth && truth <= high) covered++;
  }
  return covered / TRIALS;
}

const sigma = (m: MomentSummary): Estimate => sigmaInterval(m.n, m.variance, m.kurtosis, 0.95);
const laplace = (): number => -Math.log(uniform()) * (uniform() < 0.5 ? -1 : 1);

describe('intervals cover the truth as often as they say', () => {
  // Three standard errors of the simulation are 0.012; what is beyond is the approximation's own.
  it.each([
    [
      'mean of 5 normal values',
      normal,
      5,
      0,
      0.012,
      (m: MomentSummary) => meanInterval(m.n, m.mean, m.variance, 0.95),
    ],
    [
      'mean of 50 uniform values',
      uniform,
      50,
      0.5,
      0.012,
      (m: MomentSummary) => meanInterval(m.n, m.mean, m.variance, 0.95),
    ],
    ['sigma of 5 normal values', normal, 5, 1, 0.012, sigma],
    ['sigma of 30 normal values', normal, 30, 1, 0.025, sigma],
    ['sigma of 200 normal values', normal, 200, 1, 0.015, sigma],
    ['sigma of 100 uniform values', uniform, 100, Math.sqrt(1 / 12), 0.015, sigma],
    ['sigma of 300 Laplace values', laplace, 300, Math.SQRT2, 0.025, sigma],
    [
      'skewness of 100 normal values',
      normal,
      100,
      0,
      0.012,
      (m: MomentSummary) => skewnessInterval(m.n, m.skewness, 0.95),
    ],
    [
      'kurtosis of 200 normal values',
      normal,
      200,
      0,
      0.02,
      (m: MomentSummary) => kurtosisInterval(m.n, m.kurtosis, 0.95),
    ],
    [
      'Cpk of 100 normal values',
      normal,
      100,
      4 / 3,
      0.015,
      (m: MomentSummary) => cpkInterval(m.n, m.mean, m.variance, -4, undefined, 0.95),
    ],
  ] as const)('%s', (_, draw, n, truth, tolerance, interval) => {
    expect(Math.abs(coverage(draw, n, truth, interval) - 0.95)).toBeLessThan(tolerance);
  });
});

describe('intervals at the edges', () => {
  it('are unbounded or unknown where there are too few values', () => {
    expect(meanInterval(1, 3, Number.NaN, 0.95)).toEqual({ value: 3, low: -Infinity, high: Infinity });
    expect(sigmaInterval(1, Number.NaN, Number.NaN, 0.95).value).toBeNaN();
    expect(meanInterval(0, Number.NaN, Number.NaN, 0.95).value).toBeNaN();
  });

  it('are points where nothing varies', () => {
    expect(meanInterval(10, 3, 0, 0.95)).toEqual({ value: 3, low: 3, high: 3 });
    expect(sigmaInterval(100, 0, Number.NaN, 0.95)).toEqual({ value: 0, low: 0, high: 0 });
    expect(cpkInterval(10, 3, 0, 2, 5, 0.95).value).toBe(Infinity);
    expect(cpkInterval(10, 3, 0, 4, 5, 0.95).value).toBe(-Infinity);
    expect(cpkInterval(10, 3, 0, 3, 5, 0.95).value).toBe(0);
  });

  it('has the t interval of the NIST handbook for the heat flow meter data', () => {
    // NIST/SEMATECH e-Handbook 1.3.5.2: n = 195, mean 9.261460, s = 0.022789, 95 % limits 9.258242 and 9.264679
    const { low, high } = meanInterval(195, 9.26146, 0.022789 ** 2, 0.95);
    expect(low).toBeCloseTo(9.258242, 5);
    expect(high).toBeCloseTo(9.264679, 5);
  });

  it('has the chi-square interval in closed form for three values', () => {
    // Two degrees of freedom are an exponential distribution.
    const { low, high } = sigmaInterval(3, 1, Number.NaN, 0.95);
    expect(low).toBeCloseTo(Math.sqrt(2 / (-2 * Math.log(0.025))), 12);
    expect(high).toBeCloseTo(Math.sqrt(2 / (-2 * Math.log(0.975))), 12);
  });
});
