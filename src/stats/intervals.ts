import { chiSquareQuantile, normalQuantile, studentQuantile } from './distributions.ts';
import type { Estimate } from './types.ts';

/** What the intervals of a column need; `variance` with n - 1, `skewness` and `kurtosis` as of `summarise`. */
export interface MomentSummary {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  readonly skewness: number;
  /** Excess kurtosis. */
  readonly kurtosis: number;
}

export const UNKNOWN: Estimate = { value: Number.NaN, low: Number.NaN, high: Number.NaN };

/** Student's t interval of a mean; unbounded for fewer than two values. */
export function meanInterval(n: number, mean: number, variance: number, confidence: number): Estimate {
  if (!(n >= 1)) return UNKNOWN;
  if (n < 2) return { value: mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const half = studentQuantile((1 + confidence) / 2, n - 1) * Math.sqrt(variance / n);
  return { value: mean, low: mean - half, high: mean + half };
}

/** Fewer values than this say too little about their kurtosis to correct for it. */
const FEWEST_FOR_KURTOSIS = 10;

/**
 * Interval of a standard deviation: that of Bonett (2006, "Approximate confidence interval for standard deviation of
 * nonnormal distributions"), with the mean where he trims it, because the mean is what a stream gives; below ten values
 * the chi-square interval of a normal distribution.
 * @param kurtosis excess, the unbiased-for-normal G2
 */
export function sigmaInterval(n: number, variance: number, kurtosis: number, confidence: number): Estimate {
  if (!(n >= 2)) return UNKNOWN;
  const value = Math.sqrt(variance);
  if (value === 0) return { value, low: 0, high: 0 };
  if (n < FEWEST_FOR_KURTOSIS) {
    const tail = (1 - confidence) / 2;
    const squares = (n - 1) * variance;
    return {
      value,
      low: Math.sqrt(squares / chiSquareQuantile(1 - tail, n - 1)),
      high: Math.sqrt(squares / chiSquareQuantile(tail, n - 1)),
    };
  }
  const z = normalQuantile((1 + confidence) / 2);
  const correction = n > z + 1 ? n / (n - z) : n;
  const raw = momentKurtosis(n, kurtosis);
  const error = Math.sqrt(Math.max(0, raw - (n - 3) / n) / (n - 1));
  const centre = Math.log(correction * variance);
  const half = z * correction * error;
  return { value, low: Math.exp((centre - half) / 2), high: Math.exp((centre + half) / 2) };
}

/** m4/m2² from G2, the inverse of Joanes & Gill's correction. */
function momentKurtosis(n: number, excess: number): number {
  const g2 = ((excess * (n - 2) * (n - 3)) / (n - 1) - 6) / (n + 1);
  return g2 + 3;
}

/** Skewness G1 with its standard error under a normal distribution (Joanes & Gill 1998). */
export function skewnessInterval(n: number, skewness: number, confidence: number): Estimate {
  if (!(n >= 3) || !Number.isFinite(skewness)) return UNKNOWN;
  const half = normalQuantile((1 + confidence) / 2) * skewnessError(n);
  return { value: skewness, low: skewness - half, high: skewness + half };
}

/** Excess kurtosis G2 with its standard error under a normal distribution (Joanes & Gill 1998). */
export function kurtosisInterval(n: number, kurtosis: number, confidence: number): Estimate {
  if (!(n >= 4) || !Number.isFinite(kurtosis)) return UNKNOWN;
  const error = 2 * skewnessError(n) * Math.sqrt((n * n - 1) / ((n - 3) * (n + 5)));
  const half = normalQuantile((1 + confidence) / 2) * error;
  return { value: kurtosis, low: kurtosis - half, high: kurtosis + half };
}

function skewnessError(n: number): number {
  return Math.sqrt((6 * n * (n - 1)) / ((n - 2) * (n + 1) * (n + 3)));
}

/** Distance of the mean to the nearest limit in units of three standard deviations; infinite where nothing varies. */
export function cpkOf(
  mean: number,
  sigma: number,
  low: number | undefined,
  high: number | undefined,
): number {
  const room = Math.min(
    low === undefined ? Number.POSITIVE_INFINITY : mean - low,
    high === undefined ? Number.POSITIVE_INFINITY : high - mean,
  );
  return room === 0 ? 0 : room / (3 * sigma);
}

/** Interval of Cpk under a normal distribution (Bissell 1990, "How reliable is your capability index?"). */
export function cpkInterval(
  n: number,
  mean: number,
  variance: number,
  low: number | undefined,
  high: number | undefined,
  confidence: number,
): Estimate {
  if (!(n >= 2)) return UNKNOWN;
  const value = cpkOf(mean, Math.sqrt(variance), low, high);
  if (!Number.isFinite(value)) return { value, low: value, high: value };
  const z = normalQuantile((1 + confidence) / 2);
  const half = z * Math.sqrt(1 / (9 * n) + (value * value) / (2 * (n - 1)));
  return { value, low: value - half, high: value + half };
}
