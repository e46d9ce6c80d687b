import { describe, expect, it } from 'vitest';
import { averageRanks, correlation, correlationRatio } from './ranks.ts';

describe('rank correlation', () => {
  it('shares ranks between equal values and leaves NaN alone', () => {
    expect([...averageRanks([3, 1, 3, Number.NaN, 2, 3])]).toEqual([4, 1, 4, Number.NaN, 2, 4]);
  });

  it('is 1 less 6 Σd² / n(n² - 1) without ties, as Spearman defined it', () => {
    const x = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const y = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(correlation(averageRanks(x), averageRanks(y))).toBeCloseTo(1 - (6 * 194) / (10 * 99), 12);
  });

  it('is 1 for anything that grows and 0 where nothing varies', () => {
    const x = [1, 2, 3, 4, 5];
    expect(correlation(averageRanks(x), averageRanks(x.map(Math.exp)))).toBeCloseTo(1, 12);
    expect(correlation(averageRanks(x), averageRanks([2, 2, 2, 2, 2]))).toBe(0);
  });

  it('is the correlation ratio for categories: all of the variance between them, or none', () => {
    expect(correlationRatio([0, 0, 1, 1], [1, 1, 5, 5])).toBe(1);
    expect(correlationRatio([0, 1, 0, 1], [1, 1, 5, 5])).toBe(0);
    // between 2 · 4 · (1/2)² of the total 10: means 2 and 3
    expect(correlationRatio([0, 0, 1, 1], [1, 3, 1, 5]) ** 2).toBeCloseTo(1 / 11, 12);
  });
});
