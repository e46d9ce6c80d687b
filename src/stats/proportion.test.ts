import { describe, expect, it } from 'vitest';
import { binomialCdf } from './distributions.ts';
import { clopperPearson, wilson } from './proportion.ts';

/** Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I: x, n, exact and score limits. */
const PUBLISHED = [
  [81, 263, 0.2527, 0.3676, 0.2553, 0.3662],
  [15, 148, 0.0578, 0.1617, 0.0624, 0.1605],
  [0, 20, 0, 0.1684, 0, 0.1611],
  [1, 29, 0.0009, 0.1776, 0.0061, 0.1718],
] as const;

describe('intervals of a proportion', () => {
  it.each(PUBLISHED)(
    'are those of Newcombe for %i of %i',
    (x, n, exactLow, exactHigh, scoreLow, scoreHigh) => {
      const exact = clopperPearson(x, n, 0.95);
      const score = wilson(x, n, 0.95);
      expect(exact.low).toBeCloseTo(exactLow, 4);
      expect(exact.high).toBeCloseTo(exactHigh, 4);
      expect(score.low).toBeCloseTo(scoreLow, 4);
      expect(score.high).toBeCloseTo(scoreHigh, 4);
    },
  );

  it('have the closed form of Clopper and Pearson where nothing failed', () => {
    expect(clopperPearson(1e6, 1e6, 0.95).low).toBeCloseTo(0.025 ** 1e-6, 14);
    expect(clopperPearson(1e6, 1e6, 0.95).high).toBe(1);
  });

  it('cover a proportion as often as they say: Clopper-Pearson always, Wilson on average', () => {
    const n = 50;
    const probabilities = Array.from({ length: 49 }, (_, k) => (k + 1) / 50);
    const coverage = (interval: typeof wilson, p: number): number => {
      let covered = 0;
      for (let x = 0; x <= n; x++) {
        const { low, high } = interval(x, n, 0.95);
        if (low <= p && p <= high) covered += binomialCdf(x, n, p) - binomialCdf(x - 1, n, p);
      }
      return covered;
    };
    for (const p of probabilities) expect(coverage(clopperPearson, p)).toBeGreaterThanOrEqual(0.95);
    const mean = probabilities.reduce((sum, p) => sum + coverage(wilson, p), 0) / probabilities.length;
    expect(Math.abs(mean - 0.95)).toBeLessThan(0.01);
  });

  it('know nothing without trials', () => {
    expect(clopperPearson(0, 0, 0.95)).toEqual({ value: Number.NaN, low: 0, high: 1 });
    expect(wilson(0, 0, 0.95)).toEqual({ value: Number.NaN, low: 0, high: 1 });
  });
});
