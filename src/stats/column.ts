import { type HistogramCounter, histogramFor } from './histogram.ts';
import {
  cpkInterval,
  cpkOf,
  kurtosisInterval,
  meanInterval,
  sigmaInterval,
  skewnessInterval,
} from './intervals.ts';
import { isEnoughToJackknife, JACKKNIFE_GROUPS, jackknifeInterval } from './jackknife.ts';
import { Moments } from './moments.ts';
import {
  binomialRanks,
  PERCENTILE_LEVELS,
  type PercentileRanks,
  percentileAt,
  ranksRead,
  spreadRanks,
  stretchRanks,
  valueAt,
} from './percentile.ts';
import { EXHAUSTIVE, replicateInterval, type Uncertainty } from './replicates.ts';
import { type OrderStatistics, Selection, SortedValues } from './selection.ts';
import { ThinnedSample } from './thinned.ts';
import type { ColumnStatistics, Estimate } from './types.ts';

export interface ColumnOptions {
  readonly name: string;
  readonly unit: string;
  readonly confidence: number;
  readonly uncertainty: Uncertainty;
  /** Values that may be held at once; more are read up to three times. */
  readonly capacity: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** Fewest values of a replicate whose spread and shape are worth comparing. */
const FEWEST_PER_REPLICATE = 4;

/** Pivots for the second reading: enough to leave few values between two, few enough to stay in a processor's cache. */
const pivotsFor = (capacity: number): number => Math.min(4096, Math.max(64, Math.floor(capacity / 8)));

/** Fewest draws beyond a percentile that replicates can be compared by; below it they are counted. */
const FEWEST_BEYOND = 10;

/**
 * Statistics of one column in constant memory. Show every value to `observe`, call `settle`, show them all again to
 * `recount`, call `prepare`, and if that says so show them once more to `collect`; then ask for `statistics`.
 */
export class ColumnCollector {
  readonly moments = new Moments();
  private readonly sample: ThinnedSample;
  private readonly replicates: Moments[];
  /** Of independent values, those dealt to each group; else none. */
  private readonly groups: Moments[];
  private order: OrderStatistics = new SortedValues(new Float64Array(0));
  private selection: Selection | undefined;
  private histogram: HistogramCounter = histogramFor(0, 0, 0, 0);
  private ranks: readonly PercentileRanks[] = [];
  /** Percentiles as of the sample, and per replicate and level how many values are below. */
  private guesses: readonly number[] = [];
  private below = new Float64Array(0);

  constructor(private readonly options: ColumnOptions) {
    this.sample = new ThinnedSample(options.capacity);
    const { uncertainty } = options;
    const count = uncertainty.kind === 'replicates' ? uncertainty.count : 0;
    this.replicates = Array.from({ length: count }, () => new Moments());
    const groups = uncertainty.kind === 'independent' ? JACKKNIFE_GROUPS : 0;
    this.groups = Array.from({ length: groups }, () => new Moments());
  }

  observe(value: number, replicate: number): void {
    this.moments.add(value);
    this.sample.add(value);
    if (this.replicates.length > 0) this.replicates[replicate]!.add(value);
    if (this.groups.length > 0) this.groups[this.moments.n % this.groups.length]!.add(value);
  }

  /** Ends the first reading. */
  settle(): void {
    const sorted = this.sample.sorted();
    const sample = new SortedValues(sorted);
    const at = (p: number): number =>
      sorted.length === 0 ? Number.NaN : valueAt(sample, (sorted.length - 1) * p);
    const { n, min, max } = this.moments;
    this.histogram = histogramFor(n, min, max, at(0.75) - at(0.25));
    if (this.sample.complete) this.order = sample;
    else {
      this.selection = Selection.around(sorted, pivotsFor(this.options.capacity));
      this.order = this.selection;
    }
    this.sample.release();
    if (this.replicates.length > 0) {
      this.guesses = PERCENTILE_LEVELS.map(at);
      this.below = new Float64Array(this.replicates.length * PERCENTILE_LEVELS.length);
    }
  }

  recount(value: number, replicate: number): void {
    this.histogram.add(value);
    this.selection?.count(value);
    for (let level = 0; level < this.guesses.length; level++)
      if (value <= this.guesses[level]!) this.below[replicate * this.guesses.length + level]!++;
  }

  /** Ends the second reading; true when a third is needed. */
  prepare(): boolean {
    const { n } = this.moments;
    this.ranks = PERCENTILE_LEVELS.map((p, level) => this.ranksOf(p, level));
    this.selection?.want(this.ranks.flatMap((ranks) => ranksRead(ranks, n)));
    return this.selection !== undefined;
  }

  collect(value: number): void {
    this.selection?.collect(value);
  }

  statistics(missing: number): ColumnStatistics {
    this.selection?.finish();
    const { name, unit, confidence, low, high, uncertainty } = this.options;
    const { n, mean, variance, skewness, kurtosis, min, max } = this.moments;
    const methods: Record<string, string> = {};
    const estimate = (statistic: string, method: string, plain: Estimate, of: (part: Moments) => number) => {
      const chosen = this.chosen(plain, of);
      methods[statistic] = chosen.method ?? method;
      return chosen.estimate;
    };
    const shape = (statistic: string, ofNormal: Estimate, of: (part: Moments) => number) => {
      const free = isEnoughToJackknife(this.groups)
        ? jackknifeInterval(ofNormal.value, this.groups, of, confidence)
        : undefined;
      const method = free
        ? `jackknife over ${JACKKNIFE_GROUPS} groups`
        : 'standard error of a normal distribution';
      return estimate(statistic, method, free ?? ofNormal, of);
    };
    const limited = low !== undefined || high !== undefined;
    const result: ColumnStatistics = {
      name,
      unit,
      n,
      missing,
      confidence,
      mean: estimate('mean', 'Student t', meanInterval(n, mean, variance, confidence), (part) => part.mean),
      sigma: notNegative(
        estimate(
          'sigma',
          n < 10 ? 'chi-square' : 'Bonett 2006',
          sigmaInterval(n, variance, kurtosis, confidence),
          (part) => part.sigma,
        ),
      ),
      skewness: shape('skewness', skewnessInterval(n, skewness, confidence), (part) => part.skewness),
      kurtosis: shape('kurtosis', kurtosisInterval(n, kurtosis, confidence), (part) => part.kurtosis),
      min: n === 0 ? Number.NaN : min,
      max: n === 0 ? Number.NaN : max,
      percentiles: n === 0 ? [] : this.ranks.map((ranks) => this.percentile(ranks)),
      cpk: limited
        ? estimate('cpk', 'Bissell 1990', cpkInterval(n, mean, variance, low, high, confidence), (part) =>
            cpkOf(part.mean, part.sigma, low, high),
          )
        : undefined,
      histogram: this.histogram.result(),
      methods,
    };
    methods['percentiles'] =
      uncertainty.kind === 'exhaustive'
        ? EXHAUSTIVE
        : this.comparable()
          ? `order statistics, ${(uncertainty as { method: string }).method}`
          : 'order statistics, binomial';
    return result;
  }

  /** Whether the replicates hold enough values to be compared. */
  private comparable(): boolean {
    return this.replicates.length > 1 && this.replicates.every((part) => part.n >= FEWEST_PER_REPLICATE);
  }

  private chosen(plain: Estimate, of: (part: Moments) => number): { estimate: Estimate; method?: string } {
    const { uncertainty, confidence } = this.options;
    const { value } = plain;
    if (uncertainty.kind === 'exhaustive')
      return { estimate: { value, low: value, high: value }, method: EXHAUSTIVE };
    if (uncertainty.kind === 'independent' || !this.comparable()) return { estimate: plain };
    const replicated = replicateInterval(value, this.replicates.map(of), confidence);
    return replicated ? { estimate: replicated, method: uncertainty.method } : { estimate: plain };
  }

  private ranksOf(p: number, level: number): PercentileRanks {
    const { n } = this.moments;
    const { confidence, uncertainty } = this.options;
    const rowsPerDraw = uncertainty.kind === 'replicates' ? uncertainty.rowsPerDraw : 1;
    if (this.comparable() && n * Math.min(p, 1 - p) >= FEWEST_BEYOND * rowsPerDraw) {
      const shares = this.replicates.map((part, r) => this.below[r * this.guesses.length + level]! / part.n);
      const interval = replicateInterval(p, shares, confidence);
      // Where no replicate differs the spread is not zero but unseen.
      if (interval && interval.high > interval.low) return spreadRanks(p, n, interval.high - p);
    }
    return stretchRanks(binomialRanks(p, Math.ceil(n / rowsPerDraw), confidence), n, rowsPerDraw);
  }

  private percentile(ranks: PercentileRanks): Estimate & { readonly p: number } {
    const found = percentileAt(this.order, ranks);
    if (this.options.uncertainty.kind !== 'exhaustive') return found;
    return { p: found.p, value: found.value, low: found.value, high: found.value };
  }
}

function notNegative(estimate: Estimate): Estimate {
  return estimate.low < 0 ? { ...estimate, low: 0 } : estimate;
}
