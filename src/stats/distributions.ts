import { betaI, betaKernel } from './beta.ts';
import { gammaKernel, gammaP, gammaQ } from './gamma.ts';
import { invert } from './invert.ts';

/** Error function (Abramowitz & Stegun 7.1). */
export function erf(x: number): number {
  return x < 0 ? -gammaP(0.5, x * x) : gammaP(0.5, x * x);
}

/** 1 - erf(x), accurate in the far tail. */
export function erfc(x: number): number {
  return x < 0 ? 1 + gammaP(0.5, x * x) : gammaQ(0.5, x * x);
}

/** Probability that a standard normal variable is below z. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

/** The z below which a standard normal variable falls with probability p. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Hastings 1955 (Abramowitz & Stegun 26.2.22) is good to 0.003; Halley's steps do the rest.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t) - t;
  for (let step = 0; step < 4; step++) {
    const u = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
    z -= u / (1 + (z * u) / 2);
  }
  return z;
}

/** Quantile of the beta distribution with shapes a, b > 0. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p > 0)) return 0;
  if (p >= 1) return 1;
  const mean = a / (a + b);
  const spread = Math.sqrt((mean * (1 - mean)) / (a + b + 1));
  const guess = mean + spread * normalQuantile(p);
  const start = guess > 0 && guess < 1 ? guess : mean;
  const density = (x: number) => betaKernel(x, 1 - x, a, b) / (x * (1 - x));
  return invert((x) => betaI(x, a, b), density, p, start, 0, 1);
}

/** Quantile of the chi-square distribution with `degrees` > 0 degrees of freedom. */
export function chiSquareQuantile(p: number, degrees: number): number {
  if (!(p > 0)) return 0;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  const a = degrees / 2;
  // Wilson & Hilferty 1931
  const cube = 1 - 1 / (9 * a) + normalQuantile(p) * Math.sqrt(1 / (9 * a));
  const start = cube > 0.1 ? a * cube ** 3 : a / 2;
  return (
    2 *
    invert(
      (x) => gammaP(a, x),
      (x) => gammaKernel(a, x) / x,
      p,
      start,
      0,
      Number.POSITIVE_INFINITY,
    )
  );
}

/** Quantile of Student's t with `degrees` > 0 degrees of freedom, through the beta distribution of t²/(degrees + t²). */
export function studentQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  if (degrees === Number.POSITIVE_INFINITY) return normalQuantile(p);
  const share = betaQuantile(2 * p - 1, 0.5, degrees / 2);
  return Math.sqrt((degrees * share) / (1 - share));
}

/** Probability that a binomial variable of n trials and probability p is at most k. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaI(1 - p, n - k, k + 1);
}
