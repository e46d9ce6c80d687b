import type { MomentSummary } from './intervals.ts';

/**
 * Count, extremes and central moments to order 4 of a stream of numbers (Pébay 2008, "Formulas for robust, one-pass
 * parallel computation of covariances and arbitrary-order statistical moments"). Values are taken relative to the first
 * one, which keeps the digits of a small spread around a large mean. The same values in the same order give the same bits.
 */
export class Moments {
  n = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  private origin = 0;
  private shifted = 0;
  private m2 = 0;
  private m3 = 0;
  private m4 = 0;

  add(value: number): void {
    if (this.n === 0) this.origin = value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const before = this.n;
    const n = before + 1;
    this.n = n;
    const delta = value - this.origin - this.shifted;
    const step = delta / n;
    const square = step * step;
    const term = delta * step * before;
    this.shifted += step;
    this.m4 += term * square * (n * n - 3 * n + 3) + 6 * square * this.m2 - 4 * step * this.m3;
    this.m3 += term * step * (n - 2) - 3 * step * this.m2;
    this.m2 += term;
  }

  /** Takes in another stream's values, as if they had followed this one's. */
  merge(other: Moments): void {
    if (other.n === 0) return;
    if (this.n === 0) {
      Object.assign(this, other);
      return;
    }
    const [a, b] = [this.n, other.n];
    const n = a + b;
    const delta = other.origin - this.origin + (other.shifted - this.shifted);
    const step = delta / n;
    const m4 =
      other.m4 +
      a * b * (a * a - a * b + b * b) * step ** 3 * delta +
      6 * (a * a * other.m2 + b * b * this.m2) * step ** 2 +
      4 * (a * other.m3 - b * this.m3) * step;
    const m3 = other.m3 + a * b * (a - b) * step ** 2 * delta + 3 * (a * other.m2 - b * this.m2) * step;
    this.m4 += m4;
    this.m3 += m3;
    this.m2 += other.m2 + a * b * step * delta;
    this.shifted += b * step;
    this.n = n;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  get mean(): number {
    return this.n === 0 ? Number.NaN : this.origin + this.shifted;
  }

  /** With n - 1; NaN below two values. */
  get variance(): number {
    return this.n < 2 ? Number.NaN : this.m2 / (this.n - 1);
  }

  get sigma(): number {
    return Math.sqrt(this.variance);
  }

  /** G1 of Joanes & Gill 1998; NaN below three values or where nothing varies. */
  get skewness(): number {
    const { n } = this;
    if (n < 3 || this.m2 === 0) return Number.NaN;
    const g1 = (Math.sqrt(n) * this.m3) / this.m2 ** 1.5;
    return (g1 * Math.sqrt(n * (n - 1))) / (n - 2);
  }

  /** Excess kurtosis G2 of Joanes & Gill 1998; NaN below four values or where nothing varies. */
  get kurtosis(): number {
    const { n } = this;
    if (n < 4 || this.m2 === 0) return Number.NaN;
    const g2 = (n * this.m4) / (this.m2 * this.m2) - 3;
    return ((n - 1) * ((n + 1) * g2 + 6)) / ((n - 2) * (n - 3));
  }

  summary(): MomentSummary {
    return {
      n: this.n,
      mean: this.mean,
      variance: this.variance,
      skewness: this.skewness,
      kurtosis: this.kurtosis,
    };
  }
}
