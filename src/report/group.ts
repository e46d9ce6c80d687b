import type { Measurement, Plan } from '../plan/schema.ts';
import { OK, STATUSES } from '../plan/table.ts';
import type { ResultBatch } from '../run/results.ts';
import { ColumnCollector } from '../stats/column.ts';
import type { Uncertainty } from '../stats/replicates.ts';
import { YieldCollector, type YieldMethod } from '../stats/yield.ts';
import type { Group } from './answers.ts';
import type { ContributorCollector } from './contributors.ts';
import type { ControlCollector } from './controls.ts';
import type { RankSample } from './rank-sample.ts';
import { usable } from './usable.ts';
import { WorstCollector } from './worst.ts';

export interface GroupOptions {
  readonly label: string;
  readonly plan: Plan;
  readonly measurements: readonly Measurement[];
  readonly confidence: number;
  readonly yieldMethod: YieldMethod;
  readonly worst: number;
  readonly uncertainty: Uncertainty;
  /** Values of one measurement that may be held at once. */
  readonly capacity: number;
  /** Point of the axes; absent for all of them. */
  readonly point?: number | undefined;
  /** Absent where nothing contributes, or there is no room to find out. */
  readonly contributors?: ContributorCollector | undefined;
  /** Absent where rows are not independent random draws. */
  readonly controls?: ControlCollector | undefined;
}

/** One group of samples while its rows pass by, three times at most. */
export class GroupCollector {
  private rows = 0;
  private readonly failures = new Float64Array(STATUSES.length);
  private readonly columns: readonly ColumnCollector[];
  private readonly yields: YieldCollector;
  private readonly judged: Float64Array;
  private worst: WorstCollector | undefined;

  constructor(private readonly options: GroupOptions) {
    const { plan, measurements } = options;
    this.columns = measurements.map(
      (measurement) => new ColumnCollector({ ...options, ...describe(plan, measurement) }),
    );
    this.yields = new YieldCollector(plan.specs, options.uncertainty);
    this.judged = new Float64Array(plan.specs.length);
  }

  /** First reading: `rows` of a batch with the replicate of every row of the batch. */
  observe(batch: ResultBatch, rows: Int32Array, replicates: Int32Array): void {
    const { plan } = this.options;
    this.rows += rows.length;
    for (const row of rows) this.failures[batch.status[row]!]!++;
    this.each(batch, rows, (column, value, row) => column.observe(value, replicates[row]!));
    this.options.contributors?.add(batch, rows);
    this.options.controls?.observe(batch, rows);
    const judged = plan.specs.map((spec) => batch.columns.get(spec.measurement));
    if (judged.length === 0) return;
    for (const row of rows) {
      const known = usable(batch.status[row]!);
      for (let s = 0; s < judged.length; s++)
        this.judged[s] = known ? (judged[s]?.[row] ?? Number.NaN) : Number.NaN;
      this.yields.add(this.judged, replicates[row]!);
    }
  }

  settle(): void {
    const { plan, measurements, worst } = this.options;
    for (const column of this.columns) column.settle();
    this.options.controls?.settle();
    const scales = measurements.map(({ name }, k) => {
      const { mean, sigma } = this.columns[k]!.moments;
      return { name, mean, sigma };
    });
    const known = new Set(measurements.map(({ name }) => name));
    this.worst = new WorstCollector(
      worst,
      plan.specs.filter((spec) => known.has(spec.measurement)),
      scales,
    );
  }

  /** Second reading. */
  recount(batch: ResultBatch, rows: Int32Array, replicates: Int32Array): void {
    this.each(batch, rows, (column, value, row) => column.recount(value, replicates[row]!));
    this.options.controls?.recount(batch, rows);
    for (const row of rows) this.worst?.add(batch, row, usable(batch.status[row]!));
  }

  /** Whether a third reading is needed. */
  prepare(): boolean {
    return this.columns.map((column) => column.prepare()).includes(true);
  }

  collect(batch: ResultBatch, rows: Int32Array): void {
    this.each(batch, rows, (column, value) => column.collect(value));
  }

  result(ranks: RankSample): Group {
    const { label, point, contributors, controls, confidence, yieldMethod } = this.options;
    const failures: Record<string, number> = {};
    STATUSES.forEach((status, code) => {
      const count = this.failures[code]!;
      if (code !== OK && count > 0) failures[status] = count;
    });
    const statistics = this.columns.map((column) => column.statistics(this.rows - column.moments.n));
    const yields = this.yields.statistics(confidence, yieldMethod);
    const controlled = controls?.result(statistics, yields, confidence);
    return {
      label,
      rows: this.rows,
      failures,
      statistics,
      yields,
      contributors: contributors?.result(ranks, point) ?? [],
      worst: this.worst?.result() ?? [],
      ...(controlled ? { controlled } : {}),
    };
  }

  private each(
    batch: ResultBatch,
    rows: Int32Array,
    show: (column: ColumnCollector, value: number, row: number) => void,
  ): void {
    for (let k = 0; k < this.columns.length; k++) {
      const values = batch.columns.get(this.options.measurements[k]!.name);
      if (!values) continue;
      const column = this.columns[k]!;
      for (const row of rows) {
        const value = values[row]!;
        if (usable(batch.status[row]!) && Number.isFinite(value)) show(column, value, row);
      }
    }
  }
}

/** Name, unit and the tightest limits that any spec sets on a measurement. */
function describe(plan: Plan, measurement: Measurement) {
  const specs = plan.specs.filter((spec) => spec.measurement === measurement.name);
  const lows = specs.flatMap((spec) => spec.low ?? []);
  const highs = specs.flatMap((spec) => spec.high ?? []);
  return {
    name: measurement.name,
    unit: measurement.unit,
    low: lows.length > 0 ? Math.max(...lows) : undefined,
    high: highs.length > 0 ? Math.min(...highs) : undefined,
  };
}
