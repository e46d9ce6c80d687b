import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaI } from './beta.ts';
import {
  betaQuantile,
  binomialCdf,
  chiSquareQuantile,
  erf,
  erfc,
  normalCdf,
  normalQuantile,
  studentQuantile,
} from './distributions.ts';
import { gammaP, gammaQ, logGamma } from './gamma.ts';

const relative = (value: number, truth: number): number => Math.abs(value / truth - 1);

describe('special functions', () => {
  it('has the log-gamma of factorials and of one half', () => {
    let factorial = 1;
    for (let n = 1; n < 150; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(
        1e-14 * Math.max(1, Math.log(factorial)) * 10,
      );
      factorial *= n;
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 14);
  });

  it('has the error function of the tables, far tail included', () => {
    // Abramowitz & Stegun 1964, tables 7.1 and 7.3, to the digits of a double
    expect(relative(erf(0.5), 0.5204998778130465)).toBeLessThan(1e-14);
    expect(relative(erf(1), 0.8427007929497149)).toBeLessThan(1e-14);
    expect(relative(erfc(5), 1.5374597944280349e-12)).toBeLessThan(1e-13);
    expect(erf(-1)).toBe(-erf(1));
  });

  it('has the incomplete gamma function of an exponential and an Erlang distribution', () => {
    for (const x of [0.01, 1, 3, 30]) {
      expect(relative(gammaP(1, x), -Math.expm1(-x))).toBeLessThan(1e-13);
      expect(relative(gammaQ(3, x), Math.exp(-x) * (1 + x + (x * x) / 2))).toBeLessThan(1e-13);
    }
  });

  it('has the incomplete beta function where it is a polynomial, an arcsine or a power', () => {
    for (const x of [0.001, 0.3, 0.5, 0.9]) {
      expect(relative(betaI(x, 2, 3), x * x * (6 - 8 * x + 3 * x * x))).toBeLessThan(1e-13);
      expect(relative(betaI(x, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(x)))).toBeLessThan(1e-12);
      expect(relative(betaI(x, 7, 1), x ** 7)).toBeLessThan(1e-12);
    }
  });

  it('keeps its digits for the counts of a million samples', () => {
    expect(betaI(0.5, 500_000, 500_000)).toBeCloseTo(0.5, 12);
    // P(X <= 0) and P(X <= 1) of a binomial variable with n = 1e6, p = 1e-6, in closed form
    const none = Math.exp(1e6 * Math.log1p(-1e-6));
    expect(relative(binomialCdf(0, 1e6, 1e-6), none)).toBeLessThan(1e-10);
    expect(relative(binomialCdf(1, 1e6, 1e-6), none + (none / (1 - 1e-6)) * 1)).toBeLessThan(1e-10);
  });
});

describe('quantiles', () => {
  it('are those of the published tables', () => {
    expect(relative(normalQuantile(0.975), 1.959963984540054)).toBeLessThan(1e-14);
    expect(relative(normalQuantile(1e-9), -5.997807015007687)).toBeLessThan(1e-13);
    expect(relative(studentQuantile(0.975, 1), Math.tan(0.475 * Math.PI))).toBeLessThan(1e-12);
    expect(relative(studentQuantile(0.975, 2), 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)))).toBeLessThan(1e-12);
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228139, 6);
    expect(studentQuantile(0.995, 30)).toBeCloseTo(2.749996, 5);
    expect(relative(chiSquareQuantile(0.95, 1), 1.959963984540054 ** 2)).toBeLessThan(1e-13);
    expect(relative(chiSquareQuantile(0.95, 2), -2 * Math.log(0.05))).toBeLessThan(1e-13);
    expect(chiSquareQuantile(0.95, 10)).toBeCloseTo(18.307038, 6);
    expect(relative(betaQuantile(0.3, 1, 4), 1 - 0.7 ** 0.25)).toBeLessThan(1e-13);
  });

  it('invert their distributions', () => {
    const probability = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    const shape = fc.double({ min: 0.3, max: 5000, noNaN: true });
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        expect(relative(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12);
        expect(relative(gammaP(a, chiSquareQuantile(p, 2 * a) / 2), p)).toBeLessThan(1e-9);
        // Where x is so near to 1 that doubles are coarse there, p cannot be met.
        const x = betaQuantile(p, a, b);
        if (x < 0.999) expect(relative(betaI(x, a, b), p)).toBeLessThan(1e-9);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
