import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { FailureCollector, sigmaLevel, tailBeyond } from './failure.ts';

/** Rows of N(shift, 1) that fail beyond `limit`; the truth is the normal tail there. */
function collected(seed: number, rows: number, limit: number, shift = limit): FailureCollector {
  const { normal } = seeded(seed);
  const collector = new FailureCollector(1);
  for (let row = 0; row < rows; row++) {
    const z = shift + normal();
    collector.add(Math.exp(shift * (shift / 2 - z)), z > limit, 0);
  }
  return collector;
}

describe('failure by importance sampling', () => {
  it.each([4, 5, 6])('intervals hold the normal tail at %i sigma as often as they say', (limit) => {
    const runs = 400;
    let held = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const { probability } = collected(seed, 600, limit).estimate(0.95);
      if (probability.low <= tailBeyond(limit) && tailBeyond(limit) <= probability.high) held++;
    }
    // four standard deviations of a binomial share of 0.95
    expect(Math.abs(held / runs - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / runs));
  });

  it('the standard error is that of the closed form', () => {
    // second moment of weight x indicator for a shift s to the limit s: exp(s²) P(Z > 2 s)
    const [s, rows] = [4, 20_000];
    const p = tailBeyond(s);
    const expected = Math.sqrt((Math.exp(s * s) * tailBeyond(2 * s) - p * p) / rows) / p;
    expect(collected(1, rows, s).estimate(0.95).relativeError / expected).toBeCloseTo(1, 1);
  });

  it('counts equal weights as what they are, and shows when one makes it all (Kish 1965)', () => {
    const equal = new FailureCollector(1);
    for (let row = 0; row < 100; row++) equal.add(0.01, row < 40, 0);
    expect(equal.estimate(0.95).effective).toBeCloseTo(40, 9);
    equal.add(10, true, 0);
    const { effective, largestShare } = equal.estimate(0.95);
    expect(effective).toBeLessThan(1.1);
    expect(largestShare).toBeCloseTo(10 / 10.4, 9);
  });

  it('without a failing row it says nothing of the probability', () => {
    const none = new FailureCollector(4);
    for (let row = 0; row < 100; row++) none.add(1, false, row % 4);
    const { probability, relativeError, effective } = none.estimate(0.95);
    expect(probability).toEqual({ value: 0, low: 0, high: 1 });
    expect([relativeError, effective]).toEqual([Number.NaN, 0]);
  });

  it('sigma levels and tails are inverse, far out too', () => {
    for (const level of [0, 1, 3, 5, 8]) expect(sigmaLevel(tailBeyond(level))).toBeCloseTo(level, 6);
  });
});
