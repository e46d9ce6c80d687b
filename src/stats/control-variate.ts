import { choleskyInPlace, choleskySolve } from './cholesky.ts';
import type { CoMoments } from './comoments.ts';
import { normalCdf, normalQuantile, studentQuantile } from './distributions.ts';
import { clopperPearson } from './proportion.ts';
import type { Estimate } from './types.ts';
import { judge, type Limits } from './yield.ts';

/** A linear model of one response on controls whose means are known to be 0. */
export interface ControlModel {
  readonly n: number;
  /** Change of the response per unit of each control. */
  readonly slopes: Float64Array;
  /** Of the response, with the controls at their known means. */
  readonly mean: number;
  /** Standard error of `mean`, with n - controls - 1 degrees of freedom. */
  readonly error: number;
  readonly degrees: number;
  /** Of the residuals, with the same degrees of freedom. */
  readonly residualVariance: number;
  /** Variance of the linear part, slopes x the known covariance of the controls. */
  readonly linearVariance: number;
}

/**
 * Regresses every response on controls of known mean 0 and known covariance. The mean is the regression's value at the
 * controls' known means; its error includes that of the slopes, which costs (n - 2) / (n - controls - 2) of the variance
 * (Lavenberg & Welch 1981, "A perspective on the use of control variables to increase the efficiency of Monte Carlo
 * simulations"; Owen, "Monte Carlo theory, methods and examples", 2013, section 8.9).
 * @param covariance of the controls i and j
 */
export function fitControls(
  moments: CoMoments,
  covariance: (i: number, j: number) => number,
): ControlModel[] {
  const { n, predictors: size, responses, means, xx, xy, yy } = moments;
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) factor[i * size + j] = xx[j * size + i]!;
  choleskyInPlace(factor, size);
  const drift = means.slice(0, size);
  const leverage = dot(drift, choleskySolve(factor, drift));
  const degrees = n - size - 1;
  return Array.from({ length: responses }, (_, k) => {
    const products = Float64Array.from({ length: size }, (_, i) => xy[i * responses + k]!);
    const slopes = choleskySolve(factor, products);
    const residualVariance = Math.max(0, yy[k]! - dot(slopes, products)) / degrees;
    let linearVariance = 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) linearVariance += slopes[i]! * slopes[j]! * covariance(i, j);
    return {
      n,
      slopes,
      mean: means[size + k]! - dot(slopes, drift),
      error: Math.sqrt(residualVariance * (1 / n + leverage)),
      degrees,
      residualVariance,
      linearVariance,
    };
  });
}

/** Student t over the residuals. */
export function controlledMean({ mean, error, degrees }: ControlModel, confidence: number): Estimate {
  const half = studentQuantile((1 + confidence) / 2, degrees) * error;
  return { value: mean, low: mean - half, high: mean + half };
}

/**
 * A standard deviation by the known variance of the linear part: Var y = Var(b x) + E[(y - mean)² - (b x)²], of which
 * only the second term is estimated. That is a control variate, (b x)², for the squared deviation, and so is its interval
 * (normal distribution, delta method for the root).
 */
export class ControlledSigma {
  private n = 0;
  private sum = 0;
  private squares = 0;

  constructor(private readonly model: ControlModel) {}

  /** One row: the response, and its linear part b x. */
  add(value: number, linear: number): void {
    const rest = (value - this.model.mean) ** 2 - linear * linear;
    this.n++;
    this.sum += rest;
    this.squares += rest * rest;
  }

  estimate(confidence: number): Estimate {
    const { n, sum, squares } = this;
    const { residualVariance, degrees, linearVariance } = this.model;
    // The residuals' mean square is too small by the degrees of freedom that the fit took.
    const lost = residualVariance * (1 - degrees / n);
    const variance = linearVariance + sum / n + lost;
    const error = Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2) / n);
    const value = Math.sqrt(variance);
    const half = (normalQuantile((1 + confidence) / 2) * error) / (2 * value);
    return { value, low: Math.max(0, value - half), high: value + half };
  }
}

/**
 * A yield by the known yield of the linear model, whose response is normal: the share of rows that pass but should not by
 * the model, less that of those that should but do not, is added to it. Each share has its Clopper-Pearson interval, with
 * half of the error probability, so that rows that were not seen to differ are not taken for impossible.
 */
export class ControlledYield {
  private n = 0;
  private gained = 0;
  private lost = 0;

  constructor(
    private readonly model: ControlModel,
    private readonly limits: Limits,
  ) {}

  /** One row: whether it passes, and the linear part of its response. */
  add(passes: boolean, linear: number): void {
    const expected = judge(this.model.mean + linear, this.limits) === PASSED;
    this.n++;
    if (passes && !expected) this.gained++;
    if (!passes && expected) this.lost++;
  }

  estimate(confidence: number): Estimate {
    const { n, gained, lost } = this;
    const each = (1 + confidence) / 2;
    const [up, down] = [clopperPearson(gained, n, each), clopperPearson(lost, n, each)];
    const known = this.knownYield();
    return {
      value: within(known + (gained - lost) / n),
      low: within(known + up.low - down.high),
      high: within(known + up.high - down.low),
    };
  }

  private knownYield(): number {
    const { mean, linearVariance } = this.model;
    const sigma = Math.sqrt(linearVariance);
    const below = (limit: number | undefined, otherwise: number) =>
      limit === undefined ? otherwise : normalCdf((limit - mean) / sigma);
    return below(this.limits.high, 1) - below(this.limits.low, 0);
  }
}

/** The verdict of `judge` on a row that passes. */
const PASSED = 1;

const within = (share: number): number => Math.min(1, Math.max(0, share));

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
