import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { binomialRanks, percentileAt, spreadRanks, valueAt } from './percentile.ts';
import { Selection, SortedValues } from './selection.ts';
import { ThinnedSample } from './thinned.ts';

describe('selection', () => {
  it('finds the same order statistics as sorting, whatever the pivots and ties', () => {
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -10, max: 10, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 80 }),
        fc.array(number, { maxLength: 10 }),
        (values, pivots) => {
          const sorted = Float64Array.from(values, (x) => x + 0).sort();
          const selection = Selection.around(Float64Array.from(pivots).sort(), 5);
          for (const value of values) selection.count(value);
          selection.want(sorted.keys());
          for (const value of values) selection.collect(value);
          selection.finish();
          for (const rank of sorted.keys()) expect(selection.at(rank) + 0).toBe(sorted[rank]! + 0);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('thinned sample', () => {
  it('keeps everything up to its capacity', () => {
    const sample = new ThinnedSample(1000);
    for (let i = 0; i < 1000; i++) sample.add(999 - i);
    expect(sample.complete).toBe(true);
    expect(sample.sorted()).toEqual(Float64Array.from({ length: 1000 }, (_, i) => i));
  });

  it('keeps an even part beyond it, of a periodic stream too', () => {
    const sample = new ThinnedSample(2000);
    for (let i = 0; i < 200_000; i++) sample.add(i % 8);
    expect(sample.complete).toBe(false);
    const sorted = sample.sorted();
    expect(sorted.length).toBeGreaterThan(500);
    expect(sorted.length).toBeLessThanOrEqual(2000);
    const share = sorted.filter((value) => value === 3).length / sorted.length;
    expect(Math.abs(share - 1 / 8)).toBeLessThan(0.03);
  });
});

describe('percentiles', () => {
  it('take the ranks of the published interval of a median of ten: the second and the ninth value', () => {
    // David & Nagaraja 2003, 7.1: coverage 0.9785
    expect(binomialRanks(0.5, 10, 0.95)).toMatchObject({ low: 1, high: 8, position: 4.5 });
  });

  it('have no bound where there are too few values beyond', () => {
    const values = new SortedValues(Float64Array.from({ length: 20 }, (_, i) => i));
    const { low, high, value } = percentileAt(values, binomialRanks(0.999, 20, 0.95));
    expect(value).toBeCloseTo(18.981, 9);
    expect(low).toBeLessThanOrEqual(19);
    expect(high).toBe(Infinity);
    expect(percentileAt(values, spreadRanks(0.01, 20, 0.02)).low).toBe(-Infinity);
  });

  it('cover the true percentile at least as often as they say', () => {
    const { uniform } = seeded(5);
    for (const p of [0.05, 0.5, 0.9]) {
      const ranks = binomialRanks(p, 80, 0.95);
      let covered = 0;
      for (let trial = 0; trial < 2000; trial++) {
        const order = new SortedValues(Float64Array.from({ length: 80 }, uniform).sort());
        const { low, high } = percentileAt(order, ranks);
        if (low <= p && p <= high) covered++;
      }
      expect(covered / 2000).toBeGreaterThan(0.938);
    }
  });

  it('lie between values in proportion', () => {
    const values = new SortedValues(Float64Array.from([1, 2, 4]));
    expect(valueAt(values, 1.5)).toBe(3);
    expect(valueAt(values, 2)).toBe(4);
  });
});
