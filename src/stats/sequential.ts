import { meanInterval, sigmaInterval } from './intervals.ts';
import { clopperPearson } from './proportion.ts';
import type { Estimate } from './types.ts';

/**
 * Confidence to use at the k-th look (1, 2, …) so that all looks together, however many, hold the stated confidence:
 * look k spends (1 - confidence) / (k (k + 1)) of the error, which sums to all of it. The union bound makes no use of
 * how looks depend on each other, so it holds for any interval; looks must be fixed beforehand (by sample count), not by
 * what was seen.
 * @throws RangeError for a look below 1 (a defect of the caller)
 */
export function lookConfidence(look: number, confidence: number): number {
  if (!(look >= 1)) throw new RangeError(`looks count from 1, not ${look}`);
  return 1 - (1 - confidence) / (look * (look + 1));
}

/**
 * Confidence of the interval that ends a run at the first look where it is narrow enough, for draws that are independent:
 * half of the error. Such a rule looks at the spread and not at the middle, so that the plain interval at its end has nearly
 * the stated confidence (Chow & Robbins 1965, "On the asymptotic theory of fixed-width sequential confidence intervals");
 * the other half is for what is missing from nearly. It depends neither on how often was looked nor on a ceiling.
 */
export const fixedWidthConfidence = (confidence: number): number => 1 - (1 - confidence) / 2;

/** Interval of a proportion at the k-th look (Clopper & Pearson 1934 at `lookConfidence`): exact at every look. */
export function sequentialProportion(passed: number, n: number, look: number, confidence: number): Estimate {
  return clopperPearson(passed, n, lookConfidence(look, confidence));
}

/** Interval of a mean at the k-th look (Student t at `lookConfidence`); `variance` with n - 1. */
export function sequentialMean(
  n: number,
  mean: number,
  variance: number,
  look: number,
  confidence: number,
): Estimate {
  return meanInterval(n, mean, variance, lookConfidence(look, confidence));
}

/** Interval of a standard deviation at the k-th look (Bonett 2006 at `lookConfidence`); `kurtosis` excess. */
export function sequentialSigma(
  n: number,
  variance: number,
  kurtosis: number,
  look: number,
  confidence: number,
): Estimate {
  return sigmaInterval(n, variance, kurtosis, lookConfidence(look, confidence));
}
