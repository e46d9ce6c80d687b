import { clopperPearson, wilson } from './proportion.ts';
import { EXHAUSTIVE, replicateInterval, type Uncertainty } from './replicates.ts';
import type { YieldEstimate, YieldStatistics } from './types.ts';

export interface Limits {
  readonly name: string;
  readonly measurement: string;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export const YIELD_METHODS = ['clopper-pearson', 'wilson'] as const;
export type YieldMethod = (typeof YIELD_METHODS)[number];

/** Fewest draws that pass, and that fail, for replicates to say how much they differ; below it the count says more. */
const FEWEST_TO_COMPARE = 10;

const FAILED = 0;
const PASSED = 1;
const UNKNOWN = 2;
type Verdict = typeof FAILED | typeof PASSED | typeof UNKNOWN;

/** Whether a value is within limits; unknown where there is no value. */
export function judge(value: number, limits: Pick<Limits, 'low' | 'high'>): Verdict {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (limits.low !== undefined && value < limits.low) return FAILED;
  return limits.high !== undefined && value > limits.high ? FAILED : PASSED;
}

/** Rows passed, and rows with a verdict, of one replicate. */
class Tally {
  passed = 0;
  judged = 0;
  rows = 0;

  add(verdict: Verdict): void {
    this.rows++;
    if (verdict !== UNKNOWN) this.judged++;
    if (verdict === PASSED) this.passed++;
  }
}

/**
 * Yields of every spec and of all together. A row passes overall when it passes every spec, fails when it fails one, and
 * is a failed sample when neither is known.
 */
export class YieldCollector {
  private readonly tallies: Tally[][];

  /** The specs' order is that of the values given to `add`. */
  constructor(
    private readonly specs: readonly Limits[],
    private readonly uncertainty: Uncertainty,
  ) {
    const count = uncertainty.kind === 'replicates' ? uncertainty.count : 1;
    this.tallies = Array.from({ length: specs.length + 1 }, () =>
      Array.from({ length: count }, () => new Tally()),
    );
  }

  /** One row: the measured value per spec, NaN where it failed to simulate. */
  add(values: ArrayLike<number>, replicate: number): void {
    let overall: Verdict = PASSED;
    const part = this.uncertainty.kind === 'replicates' ? replicate : 0;
    for (let s = 0; s < this.specs.length; s++) {
      const verdict = judge(values[s]!, this.specs[s]!);
      this.tallies[s]![part]!.add(verdict);
      if (verdict === FAILED) overall = FAILED;
      else if (verdict === UNKNOWN && overall === PASSED) overall = UNKNOWN;
    }
    this.tallies[this.specs.length]![part]!.add(overall);
  }

  /** One entry per spec and, where there is any, `overall` last. */
  statistics(confidence: number, method: YieldMethod = 'clopper-pearson'): YieldStatistics[] {
    if (this.specs.length === 0) return [];
    return this.tallies.map((tallies, s) => {
      const spec = this.specs[s];
      const counted = this.estimate(tallies, (tally) => tally.rows, confidence, method);
      const ignored = this.estimate(tallies, (tally) => tally.judged, confidence, method);
      return {
        name: spec?.name ?? 'overall',
        ...(spec ? { measurement: spec.measurement, low: spec.low, high: spec.high } : {}),
        failuresCounted: counted.estimate,
        failuresIgnored: ignored.estimate,
        method: counted.method,
      };
    });
  }

  private estimate(
    tallies: readonly Tally[],
    rowsOf: (tally: Tally) => number,
    confidence: number,
    method: YieldMethod,
  ): { estimate: YieldEstimate; method: string } {
    const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
    const of = tallies.reduce((sum, tally) => sum + rowsOf(tally), 0);
    const { uncertainty } = this;
    const value = passed / of;
    if (uncertainty.kind === 'exhaustive')
      return { estimate: { passed, of, value, low: value, high: value }, method: EXHAUSTIVE };
    const share = uncertainty.kind === 'replicates' ? uncertainty.rowsPerDraw : 1;
    if (uncertainty.kind === 'replicates' && Math.min(passed, of - passed) >= FEWEST_TO_COMPARE * share) {
      const shares = tallies.map((tally) => tally.passed / rowsOf(tally));
      const interval = replicateInterval(value, shares, confidence);
      if (interval && interval.high > interval.low) {
        const [low, high] = [Math.max(0, interval.low), Math.min(1, interval.high)];
        return { estimate: { passed, of, value, low, high }, method: uncertainty.method };
      }
    }
    const interval = (method === 'wilson' ? wilson : clopperPearson)(passed / share, of / share, confidence);
    const words = method === 'wilson' ? 'Wilson 1927' : 'Clopper-Pearson 1934';
    return { estimate: { passed, of, value, low: interval.low, high: interval.high }, method: words };
  }
}
