import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { Moments } from './moments.ts';
import { lookConfidence, sequentialMean, sequentialProportion, sequentialSigma } from './sequential.ts';

const LOOKS = [20, 40, 80, 160, 320];
const TRIALS = 1000;

/** Share of trials in which every look covered the truth. */
function covered(draw: () => number, covers: (m: Moments, passed: number, look: number) => boolean): number {
  let trials = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const moments = new Moments();
    let passed = 0;
    let every = true;
    for (const [k, n] of LOOKS.entries()) {
      while (moments.n < n) {
        const value = draw();
        moments.add(value);
        if (value > 0) passed++;
      }
      every &&= covers(moments, passed, k + 1);
    }
    if (every) trials++;
  }
  return trials / TRIALS;
}

describe('intervals that are looked at repeatedly', () => {
  it('spend no more error than there is, however many looks', () => {
    let spent = 0;
    for (let look = 1; look <= 100_000; look++) spent += 1 - lookConfidence(look, 0.9);
    expect(spent).toBeLessThan(0.1);
    expect(spent).toBeGreaterThan(0.0999);
    expect(() => lookConfidence(0, 0.9)).toThrow(RangeError);
  });

  it('cover the truth at all looks together with the stated confidence', () => {
    const { normal } = seeded(7);
    const inside = ({ low, high }: { low: number; high: number }, truth: number): boolean =>
      low <= truth && truth <= high;
    expect(
      covered(normal, (m, passed, look) => inside(sequentialProportion(passed, m.n, look, 0.9), 0.5)),
    ).toBeGreaterThan(0.89);
    expect(
      covered(normal, (m, _, look) => inside(sequentialMean(m.n, m.mean, m.variance, look, 0.9), 0)),
    ).toBeGreaterThan(0.89);
    expect(
      covered(normal, (m, _, look) => inside(sequentialSigma(m.n, m.variance, m.kurtosis, look, 0.9), 1)),
    ).toBeGreaterThan(0.88);
  });
});
