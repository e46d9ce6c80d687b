import { betaQuantile, normalQuantile } from './distributions.ts';
import type { Estimate } from './types.ts';

/**
 * Interval of a proportion that covers it with at least the stated confidence, whatever it is
 * (Clopper & Pearson 1934). Counts need not be whole: a smaller effective number of trials is allowed.
 * @param confidence from 0 to 1, such as 0.95
 */
export function clopperPearson(passed: number, n: number, confidence: number): Estimate {
  if (!(n > 0)) return { value: Number.NaN, low: 0, high: 1 };
  const tail = (1 - confidence) / 2;
  const low = passed <= 0 ? 0 : betaQuantile(tail, passed, n - passed + 1);
  // From the other side, where it keeps its digits when nearly all passed.
  const high = passed >= n ? 1 : 1 - betaQuantile(tail, n - passed, passed + 1);
  return { value: passed / n, low, high };
}

/** Score interval of a proportion: close to the stated confidence on average, narrower (Wilson 1927). */
export function wilson(passed: number, n: number, confidence: number): Estimate {
  if (!(n > 0)) return { value: Number.NaN, low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const p = passed / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return {
    value: p,
    low: passed <= 0 ? 0 : Math.max(0, centre - half),
    high: passed >= n ? 1 : Math.min(1, centre + half),
  };
}
