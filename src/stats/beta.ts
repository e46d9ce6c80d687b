import { awayFromZero, deviance, stirlingError } from './gamma.ts';

/** x^a (1-x)^b / B(a, b), with x and its complement given apart (Loader 2000). */
export function betaKernel(x: number, complement: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * complement);
  return Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

/** Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1 (Abramowitz & Stegun 26.5). */
export function betaI(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x < (a + 1) / (a + b + 2)
    ? (betaKernel(x, 1 - x, a, b) * fraction(x, a, b)) / a
    : 1 - (betaKernel(x, 1 - x, a, b) * fraction(1 - x, b, a)) / b;
}

/** The continued fraction of DLMF 8.17.22 by Lentz's method; takes about sqrt(max(a, b)) terms. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}
