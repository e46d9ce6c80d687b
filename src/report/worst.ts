import { OK, STATUSES } from '../plan/table.ts';
import type { ResultBatch } from '../run/results.ts';
import type { Limits } from '../stats/yield.ts';
import type { WorstSample } from './answers.ts';

/** Failed samples that are listed before the others. */
const FAILED_LISTED = 3;

/** Mean and sigma of a measurement, to tell distances by. */
export interface Scale {
  readonly name: string;
  readonly mean: number;
  readonly sigma: number;
}

interface Candidate {
  readonly score: number;
  readonly sample: WorstSample;
}

/**
 * Finds the samples that stand out: the first few that failed to simulate, then those nearest to or beyond a limit.
 * Without specs, the lowest and the highest value of each measurement.
 */
export class WorstCollector {
  private readonly failed: WorstSample[] = [];
  /** By score, ascending; the lowest score stands out most. */
  private kept: Candidate[] = [];
  private readonly extremes = new Map<string, Candidate & { readonly value: number }>();
  private readonly scales: ReadonlyMap<string, Scale>;

  constructor(
    private readonly most: number,
    private readonly specs: readonly Limits[],
    scales: readonly Scale[],
  ) {
    this.scales = new Map(scales.map((scale) => [scale.name, scale]));
  }

  add(batch: ResultBatch, row: number, usable: boolean): void {
    // a row with one measurement missing is listed for that, and its other measurements still count
    if (batch.status[row] !== OK && this.failed.length < Math.min(FAILED_LISTED, this.most))
      this.failed.push(describe(batch, row, {}));
    if (!usable) return;
    if (this.specs.length > 0) this.addByMargin(batch, row);
    else for (const scale of this.scales.values()) this.addExtremes(batch, row, scale);
  }

  result(): WorstSample[] {
    const rest = this.most - this.failed.length;
    if (this.specs.length > 0)
      return [...this.failed, ...this.kept.slice(0, rest).map((entry) => entry.sample)];
    const byDistance = [...this.extremes.values()].sort((a, b) => a.score - b.score);
    const bySample = new Map<number, WorstSample>();
    for (const { sample } of byDistance) {
      const earlier = bySample.get(sample.sample);
      const reason = earlier ? `${earlier.reason}, ${sample.reason}` : sample.reason;
      bySample.set(sample.sample, { ...sample, reason });
    }
    return [...this.failed, ...[...bySample.values()].slice(0, rest)];
  }

  private addByMargin(batch: ResultBatch, row: number): void {
    let nearest = Number.POSITIVE_INFINITY;
    let spec: Limits | undefined;
    for (const candidate of this.specs) {
      const value = batch.columns.get(candidate.measurement)?.[row] ?? Number.NaN;
      const margin = marginOf(value, candidate, this.scales.get(candidate.measurement)?.sigma ?? Number.NaN);
      if (!(margin < nearest)) continue;
      nearest = margin;
      spec = candidate;
    }
    if (!spec || (this.kept.length >= this.most && nearest >= this.kept.at(-1)!.score)) return;
    const sample = describe(batch, row, { margin: nearest, spec: spec.name });
    const place = this.kept.findIndex((entry) => nearest < entry.score);
    this.kept.splice(place < 0 ? this.kept.length : place, 0, { score: nearest, sample });
    if (this.kept.length > this.most) this.kept.pop();
  }

  private addExtremes(batch: ResultBatch, row: number, scale: Scale): void {
    const value = batch.columns.get(scale.name)?.[row] ?? Number.NaN;
    if (!Number.isFinite(value) || !(scale.sigma > 0)) return;
    for (const [word, sign] of [
      ['lowest', -1],
      ['highest', 1],
    ] as const) {
      const key = `${word} ${scale.name}`;
      const before = this.extremes.get(key);
      if (before && sign * value <= sign * before.value) continue;
      const score = -Math.abs(value - scale.mean) / scale.sigma;
      this.extremes.set(key, { score, value, sample: describe(batch, row, { reason: key }) });
    }
  }
}

/** Distance to the nearest limit in sigmas, negative beyond it; NaN without a value. */
function marginOf(value: number, limits: Limits, sigma: number): number {
  const low = limits.low === undefined ? Number.POSITIVE_INFINITY : value - limits.low;
  const high = limits.high === undefined ? Number.POSITIVE_INFINITY : limits.high - value;
  const room = Math.min(low, high);
  return room === 0 ? 0 : room / sigma;
}

function describe(
  batch: ResultBatch,
  row: number,
  why: Pick<WorstSample, 'margin' | 'spec' | 'reason'>,
): WorstSample {
  const values: Record<string, number> = {};
  for (const [name, column] of batch.columns) values[name] = column[row]!;
  const message = batch.messages.get(row);
  return {
    sample: batch.samples[row]!,
    status: STATUSES[batch.status[row]!] ?? 'crashed',
    ...(message === undefined ? {} : { message }),
    ...why,
    values,
  };
}
