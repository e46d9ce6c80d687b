import { describe, expect, it } from 'vitest';
import { normalCdf, normalLogCdf, normalLogQuantile, normalQuantile } from './normal.ts';

const relative = (value: number, wanted: number) => Math.abs(value / wanted - 1);

/** Lower tail by Laplace's continued fraction for Mills' ratio, an independent way to the same number. */
function tailByContinuedFraction(x: number): number {
  let fraction = x;
  for (let k = 400; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) / fraction;
}

describe('normal distribution', () => {
  // Wichura 1988, the test values printed with AS 241, and the quantiles that every table has.
  it.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.0902323061678132],
    [1e-20, -9.26234008979841],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.9, 1.2815515655446004],
  ])('has the published quantile of %d', (p, z) => {
    expect(relative(normalQuantile(p), z)).toBeLessThan(1e-15 * 4);
  });

  // Abramowitz & Stegun, table 26.1 and 26.2 (upper tail).
  it.each([
    [-1, 0.15865525393145705],
    [-2, 0.02275013194817921],
    [-3, 0.0013498980316300946],
    [-5, 2.8665157187919391e-7],
    [-10, 7.619853024160525e-24],
  ])('has the published probability below %d', (z, p) => {
    expect(relative(normalCdf(z), p)).toBeLessThan(1e-14);
  });

  it('keeps its digits in the lower tail, by continued fraction', () => {
    for (let x = 1.5; x < 37; x += 0.173)
      expect(relative(normalCdf(-x), tailByContinuedFraction(x))).toBeLessThan(5e-14 + x * x * 1e-15);
  });

  it('inverts itself', () => {
    for (let x = -37; x < 4; x += 0.0917)
      expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(1e-11);
  });

  it('goes on in logarithms where probabilities underflow', () => {
    expect(relative(normalLogCdf(-20), Math.log(tailByContinuedFraction(20)))).toBeLessThan(1e-14);
    for (const x of [-1.5, -10, -30, -100, -1e4])
      expect(relative(normalLogQuantile(normalLogCdf(x)), x)).toBeLessThan(1e-12);
  });

  it('is symmetric, and ends at 0 and 1', () => {
    expect(normalQuantile(0.3)).toBeCloseTo(-normalQuantile(0.7), 15);
    expect(normalCdf(0)).toBe(0.5);
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(-0.1)).toBeNaN();
  });
});
