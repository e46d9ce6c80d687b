import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Moments } from './moments.ts';

function of(values: Iterable<number>): Moments {
  const moments = new Moments();
  for (const value of values) moments.add(value);
  return moments;
}

const alternating = (first: number, low: number, high: number): number[] => [
  first,
  ...Array.from({ length: 1000 }, (_, k) => (k % 2 === 0 ? low : high)),
];

describe('moments', () => {
  it('has the certified figures of the NIST accuracy tests for univariate statistics', () => {
    const first = of([10000001, 10000003, 10000002]); // NumAcc1
    expect([first.mean, first.sigma]).toEqual([10000002, 1]);
    const second = of(alternating(1.2, 1.1, 1.3)); // NumAcc2
    expect(second.mean).toBeCloseTo(1.2, 13);
    expect(second.sigma).toBeCloseTo(0.1, 13);
    const third = of(alternating(1000000.2, 1000000.1, 1000000.3)); // NumAcc3
    expect(third.mean).toBeCloseTo(1000000.2, 8);
    expect(third.sigma).toBeCloseTo(0.1, 9);
    const fourth = of(alternating(10000000.2, 10000000.1, 10000000.3)); // NumAcc4
    expect(fourth.mean).toBeCloseTo(10000000.2, 7);
    expect(fourth.sigma).toBeCloseTo(0.1, 8);
  });

  it('has the skewness and kurtosis of one in four, corrected as Joanes and Gill say', () => {
    const { skewness, kurtosis } = of([0, 0, 1, 0]);
    expect(skewness).toBeCloseTo(2, 12);
    expect(kurtosis).toBeCloseTo(4, 12);
  });

  it('merges to what one stream would have had', () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 0, maxLength: 60 });
    fc.assert(
      fc.property(values, values, fc.constantFrom(0, 1e6), (a, b, offset) => {
        const [left, right] = [a.map((x) => x + offset), b.map((x) => x + offset)];
        const merged = of(left);
        merged.merge(of(right));
        const whole = of([...left, ...right]);
        expect([merged.n, merged.min, merged.max]).toEqual([whole.n, whole.min, whole.max]);
        if (whole.n < 4 || whole.sigma < 1e-3) return;
        expect(merged.mean - whole.mean).toBeCloseTo(0, 7);
        expect(merged.variance / whole.variance).toBeCloseTo(1, 9);
        expect(merged.skewness).toBeCloseTo(whole.skewness, 6);
        expect(merged.kurtosis).toBeCloseTo(whole.kurtosis, 6);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('knows no spread of one value and no shape of equal ones', () => {
    expect(of([5]).variance).toBeNaN();
    const equal = of([0.1, 0.1, 0.1, 0.1]);
    expect([equal.mean, equal.variance]).toEqual([0.1, 0]);
    expect(equal.skewness).toBeNaN();
    expect(of([]).mean).toBeNaN();
  });
});
