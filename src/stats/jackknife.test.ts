import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { isEnoughToJackknife, JACKKNIFE_GROUPS, jackknifeInterval } from './jackknife.ts';
import { Moments } from './moments.ts';

const CONFIDENCE = 0.95;
const { normal, uniform } = seeded(3);
/** Log-normal of sigma 0.1: (w + 2) sqrt(w - 1) and w^4 + 2 w^3 + 3 w^2 - 6 with w = e^(sigma^2). */
const w = Math.exp(0.01);

function grouped(n: number, draw: () => number): { groups: Moments[]; all: Moments } {
  const groups = Array.from({ length: JACKKNIFE_GROUPS }, () => new Moments());
  const all = new Moments();
  for (let k = 0; k < n; k++) {
    const value = draw();
    groups[k % JACKKNIFE_GROUPS]!.add(value);
    all.add(value);
  }
  return { groups, all };
}

describe('leaving out one group after another', () => {
  it.each([
    ['normal', normal, 0, 0],
    ['uniform', uniform, 0, -1.2],
    [
      'log-normal',
      () => Math.exp(0.1 * normal()),
      (w + 2) * Math.sqrt(w - 1),
      w ** 4 + 2 * w ** 3 + 3 * w ** 2 - 6,
    ],
  ])('covers skewness and kurtosis of %s values', (_, draw, skewness, kurtosis) => {
    const trials = 250;
    let [bySkewness, byKurtosis] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const { groups, all } = grouped(1000, draw);
      const s = jackknifeInterval(all.skewness, groups, (m) => m.skewness, CONFIDENCE)!;
      const k = jackknifeInterval(all.kurtosis, groups, (m) => m.kurtosis, CONFIDENCE)!;
      if (s.low <= skewness && skewness <= s.high) bySkewness++;
      if (k.low <= kurtosis && kurtosis <= k.high) byKurtosis++;
    }
    expect(bySkewness / trials).toBeGreaterThan(0.91);
    expect(byKurtosis / trials).toBeGreaterThan(0.87);
  });

  it('of a mean is its usual interval', () => {
    const { groups, all } = grouped(20_000, normal);
    const { low, high } = jackknifeInterval(all.mean, groups, (m) => m.mean, CONFIDENCE)!;
    expect((high - low) / 2).toBeGreaterThan((0.6 * (1.96 * all.sigma)) / Math.sqrt(20_000));
    expect((high - low) / 2).toBeLessThan((1.6 * (1.96 * all.sigma)) / Math.sqrt(20_000));
  });

  it('wants enough values in every group, and values that vary', () => {
    expect(isEnoughToJackknife(grouped(199, normal).groups)).toBe(false);
    expect(isEnoughToJackknife(grouped(200, normal).groups)).toBe(true);
    const { groups, all } = grouped(400, () => 1);
    expect(jackknifeInterval(all.skewness, groups, (m) => m.skewness, CONFIDENCE)).toBeUndefined();
  });
});
