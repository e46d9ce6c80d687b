import { normalCdf, normalQuantile, studentQuantile } from './distributions.ts';
import type { Estimate } from './types.ts';

/** A small probability, estimated from weighted samples. */
export interface FailureEstimate {
  readonly probability: Estimate;
  /** Standard error over value; NaN where nothing failed. */
  readonly relativeError: number;
  /** The z of P(Z > z) = probability, for a standard normal Z; `low` belongs to the upper bound of the probability. */
  readonly sigma: Estimate;
  /** Rows that fail. */
  readonly failing: number;
  readonly of: number;
  /** Rows of equal weight that would tell as much as those that fail: (sum of weights)² / sum of squares (Kish 1965). */
  readonly effective: number;
  /** Part of the estimate that the heaviest failing row alone makes. */
  readonly largestShare: number;
  readonly method: string;
}

/**
 * Estimates the probability of failure by importance sampling: the mean of weight x indicator over rows drawn from another
 * density, weight being the ratio of the densities (Kahn & Marshall 1953; Owen, "Monte Carlo theory, methods and
 * examples", 2013, ch. 9). Unbiased whatever the density, as long as it is positive where rows fail.
 */
export class FailureCollector {
  private readonly sums: Float64Array;
  private readonly rows: Float64Array;
  private squares = 0;
  private heaviest = 0;
  private failing = 0;

  /** @param replicates independent groups that rows are dealt to (scrambles of Sobol points); 1 where rows are independent */
  constructor(private readonly replicates: number) {
    this.sums = new Float64Array(replicates);
    this.rows = new Float64Array(replicates);
  }

  add(weight: number, fails: boolean, replicate: number): void {
    this.rows[replicate]!++;
    if (!fails) return;
    this.failing++;
    this.sums[replicate]! += weight;
    this.squares += weight * weight;
    if (weight > this.heaviest) this.heaviest = weight;
  }

  /**
   * The interval is made for the logarithm of the probability (delta method), which keeps it above 0: Student t over the
   * replicates, or the normal distribution over independent rows. Without a failing row the probability is anywhere.
   */
  estimate(confidence: number): FailureEstimate {
    const { replicates, squares, failing, heaviest } = this;
    const sum = this.sums.reduce((total, part) => total + part, 0);
    const of = this.rows.reduce((total, part) => total + part, 0);
    const value = sum / of;
    const level = (1 + confidence) / 2;
    const grouped = replicates > 1 && this.rows.every((rows) => rows > 0);
    const error = grouped ? this.betweenReplicates() : Math.sqrt((squares / of - value * value) / (of - 1));
    const reach = grouped ? studentQuantile(level, replicates - 1) : normalQuantile(level);
    const method = grouped
      ? `Student t over ${replicates} scrambled replicates, of the logarithm`
      : 'normal, of the logarithm';
    if (failing === 0)
      return {
        probability: { value: of > 0 ? 0 : Number.NaN, low: 0, high: 1 },
        relativeError: Number.NaN,
        sigma: {
          value: Number.POSITIVE_INFINITY,
          low: Number.NEGATIVE_INFINITY,
          high: Number.POSITIVE_INFINITY,
        },
        failing,
        of,
        effective: 0,
        largestShare: Number.NaN,
        method,
      };
    const relativeError = error / value;
    const factor = Math.exp(reach * relativeError);
    const probability = { value, low: value / factor, high: Math.min(1, value * factor) };
    return {
      probability,
      relativeError,
      sigma: {
        value: sigmaLevel(value),
        low: sigmaLevel(probability.high),
        high: sigmaLevel(probability.low),
      },
      failing,
      of,
      effective: (sum * sum) / squares,
      largestShare: heaviest / sum,
      method,
    };
  }

  /** Standard error of the pooled mean from the means of the replicates. */
  private betweenReplicates(): number {
    const { replicates } = this;
    const means = this.sums.map((sum, r) => sum / this.rows[r]!);
    const mean = means.reduce((sum, part) => sum + part, 0) / replicates;
    const spread = means.reduce((sum, part) => sum + (part - mean) ** 2, 0);
    return Math.sqrt(spread / (replicates - 1) / replicates);
  }
}

/** Sigmas that a standard normal variable must pass to fall out with this probability; negative above one half. */
export const sigmaLevel = (probability: number): number => -normalQuantile(probability);

/** Probability that a standard normal variable is more than so many sigmas above its mean. */
export const tailBeyond = (sigmas: number): number => normalCdf(-sigmas);
