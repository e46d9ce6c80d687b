import type { Histogram } from './types.ts';

const FEWEST_BINS = 10;
const MOST_BINS = 100;

/** Counts a stream into bins that are fixed beforehand. */
export class HistogramCounter implements Histogram {
  readonly counts: number[];
  private readonly scale: number;

  constructor(
    readonly low: number,
    readonly high: number,
    bins: number,
  ) {
    this.counts = new Array<number>(bins).fill(0);
    this.scale = bins / (high - low);
  }

  /** Values beyond the ends count in the end bins. */
  add(value: number): void {
    const bin = Math.floor((value - this.low) * this.scale);
    this.counts[Math.max(0, Math.min(this.counts.length - 1, bin))]!++;
  }

  result(): Histogram {
    return { low: this.low, high: this.high, counts: this.counts };
  }
}

/**
 * Bins for n values between `min` and `max` with the interquartile range `iqr`: as wide as Freedman & Diaconis (1981)
 * say, but 10 to 100 of them. Where all values are equal, one bin around them; without values, none.
 */
export function histogramFor(n: number, min: number, max: number, iqr: number): HistogramCounter {
  if (n === 0) return new HistogramCounter(0, 1, 0);
  if (!(max - min > 0)) {
    const pad = Math.abs(min) * 0.01 || 1;
    return new HistogramCounter(min - pad, max + pad, 1);
  }
  const width = iqr > 0 ? (2 * iqr) / Math.cbrt(n) : (max - min) / (1 + Math.log2(n));
  const bins = Math.ceil((max - min) / width);
  return new HistogramCounter(min, max, Math.max(FEWEST_BINS, Math.min(MOST_BINS, bins)));
}
