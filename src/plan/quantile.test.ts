import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { normalCdf } from './normal.ts';
import { quantileFunction } from './quantile.ts';
import type { Distribution } from './schema.ts';

/** Mean and variance by the midpoint rule over the quantile function. */
function moments(distribution: Distribution, n = 200_000) {
  const { ofUniform } = quantileFunction(distribution);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    const value = ofUniform((i + 0.5) / n);
    sum += value;
    squares += value * value;
  }
  const mean = sum / n;
  return { mean, variance: squares / n - mean * mean };
}

const density = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/** Closed forms of Johnson, Kotz & Balakrishnan for a standard normal cut to [a, b]. */
function truncatedMoments(a: number, b: number) {
  const z = normalCdf(b) - normalCdf(a);
  const mean = (density(a) - density(b)) / z;
  return { mean, variance: 1 + (a * density(a) - b * density(b)) / z - mean * mean };
}

describe('quantile functions have the moments of closed forms', () => {
  const cases: [Distribution, number, number][] = [
    [{ kind: 'normal', mean: 3, sigma: 2 }, 3, 4],
    [{ kind: 'uniform', low: 900, high: 1100 }, 1000, 200 ** 2 / 12],
    [
      { kind: 'lognormal', median: 1, sigma: 0.25 },
      Math.exp(0.25 ** 2 / 2),
      Math.expm1(0.25 ** 2) * Math.exp(0.25 ** 2),
    ],
    [{ kind: 'triangular', low: 1, mode: 2, high: 5 }, 8 / 3, (1 + 4 + 25 - 2 - 5 - 10) / 18],
    [{ kind: 'triangular', low: 1, mode: 1, high: 4 }, 2, 9 / 18],
    [{ kind: 'discrete', values: [1, 2, 4], weights: [1, 2, 1] }, 2.25, 1.1875],
    [{ kind: 'empirical', sorted: [0, 1] }, 0.5, 1 / 12],
  ];
  it.each(cases)('%j', (distribution, mean, variance) => {
    const found = moments(distribution);
    expect(Math.abs(found.mean / mean - 1)).toBeLessThan(1e-4);
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(2e-3);
  });

  it.each([
    [-1, 1],
    [-3, 0.5],
    [0.5, 2],
    [2, 9],
    [-40, 1],
  ])('a normal cut to [%d, %d]', (low, high) => {
    const found = moments({ kind: 'truncated-normal', mean: 0, sigma: 1, low, high });
    const wanted = truncatedMoments(low, high);
    expect(Math.abs(found.mean - wanted.mean)).toBeLessThan(1e-5);
    expect(Math.abs(found.variance / wanted.variance - 1)).toBeLessThan(2e-3);
  });
});

describe('a truncated normal', () => {
  it('is exponential far out in the tail: there 1/x is the mean excess over x', () => {
    for (const [low, high, sign] of [
      [1000, 1001, 1],
      [-1001, -1000, -1],
    ] as const) {
      const { mean } = moments({ kind: 'truncated-normal', mean: 0, sigma: 1, low, high }, 20_000);
      expect(Math.abs((sign * mean - 1000) * 1000 - 1)).toBeLessThan(1e-3);
    }
  });

  it('covers its interval symmetrically about the mean', () => {
    const { ofUniform } = quantileFunction({ kind: 'truncated-normal', mean: 1, sigma: 2, low: -5, high: 7 });
    for (const u of [1e-12, 1e-3, 0.3, 0.5]) expect(ofUniform(u) - 1).toBeCloseTo(1 - ofUniform(1 - u), 10);
    expect(ofUniform(0.5)).toBe(1);
  });
});

describe('every quantile function', () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const ordered = (n: number) =>
    fc.uniqueArray(finite, { minLength: n, maxLength: n }).map((list) => list.sort((a, b) => a - b));
  const distribution: fc.Arbitrary<Distribution> = fc.oneof(
    fc.record({ kind: fc.constant('normal' as const), mean: finite, sigma: positive }),
    fc.record({
      kind: fc.constant('lognormal' as const),
      median: positive,
      sigma: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
    ordered(2).map(([low, high]) => ({ kind: 'uniform' as const, low: low!, high: high! })),
    ordered(3).map(([low, mode, high]) => ({
      kind: 'triangular' as const,
      low: low!,
      mode: mode!,
      high: high!,
    })),
    fc.tuple(ordered(2), finite, positive).map(([[low, high], mean, sigma]) => ({
      kind: 'truncated-normal' as const,
      mean,
      sigma,
      low: low!,
      high: high!,
    })),
    ordered(5).map((sorted) => ({ kind: 'empirical' as const, sorted })),
    ordered(3).map((values) => ({ kind: 'discrete' as const, values, weights: [1, 0, 2] })),
  );
  const inside = fc.double({ min: 2 ** -53, max: 1 - 2 ** -53, noNaN: true });

  it('is finite and rises, by uniform number and by score', () => {
    fc.assert(
      fc.property(distribution, inside, inside, (d, u, v) => {
        const quantile = quantileFunction(d);
        const [low, high] = [quantile.ofUniform(Math.min(u, v)), quantile.ofUniform(Math.max(u, v))];
        expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true);
        expect(low).toBeLessThanOrEqual(high + 1e-9 * Math.abs(high));
        expect(Number.isFinite(quantile.ofScore(40 * (u - 0.5)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps within its limits, and takes a discrete value only where it has weight', () => {
    fc.assert(
      fc.property(distribution, inside, (d, u) => {
        const value = quantileFunction(d).ofUniform(u);
        if ('low' in d) expect(value >= d.low && value <= d.high).toBe(true);
        if (d.kind === 'discrete') expect([d.values[0], d.values[2]]).toContain(value);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a distribution that contradicts itself is refused', () => {
  const cases: Distribution[] = [
    { kind: 'uniform', low: 2, high: 1 },
    { kind: 'triangular', low: 1, mode: 3, high: 2 },
    { kind: 'truncated-normal', mean: 0, sigma: 1, low: 1, high: 1 },
    { kind: 'discrete', values: [1, 2], weights: [1] },
    { kind: 'discrete', values: [1, 2], weights: [0, 0] },
    { kind: 'empirical', sorted: [2, 1] },
  ];
  it.each(cases)('%j', (distribution) => {
    expect(() => quantileFunction(distribution)).toThrow(SpiceLabError);
  });
});
