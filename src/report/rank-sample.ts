import type { Measurement, Variable } from '../plan/schema.ts';
import type { ResultBatch } from '../run/results.ts';
import { averageRanks, correlation, correlationRatio } from '../stats/ranks.ts';
import { usable } from './usable.ts';

const MOST_ROWS = 100_000;
const MOST_NUMBERS = 2 ** 21;

/** Rank correlations over the first rows that can be used: up to 100,000, fewer where there are many columns. */
export class RankSample {
  private readonly columns: Float64Array[];
  private readonly points: Int32Array;
  private readonly capacity: number;
  private ranks: Float32Array[] | undefined;
  private rows = 0;

  constructor(
    private readonly variables: readonly Variable[],
    private readonly measurements: readonly Measurement[],
    private readonly pointCount: number,
    rows: number,
  ) {
    const columns = variables.length + measurements.length;
    this.capacity = Math.min(rows, MOST_ROWS, Math.floor(MOST_NUMBERS / Math.max(1, columns)));
    this.columns = Array.from({ length: columns }, () => new Float64Array(this.capacity));
    this.points = new Int32Array(this.capacity);
  }

  add(batch: ResultBatch): void {
    if (this.rows === this.capacity) return;
    const read = [...this.variables, ...this.measurements].map(({ name }) => batch.columns.get(name)!);
    for (let row = 0; row < batch.rows && this.rows < this.capacity; row++) {
      if (!usable(batch.status[row]!)) continue;
      read.forEach((column, c) => {
        this.columns[c]![this.rows] = Number.isFinite(column[row]) ? column[row]! : Number.NaN;
      });
      this.points[this.rows++] = batch.samples[row]! % this.pointCount;
    }
  }

  /** The rows of one point, or of all. */
  subset(point: number | undefined): RankSubset {
    // Ranks of ranks are the ranks of the values, so the values can go.
    this.ranks ??= this.columns.map((column, c) => {
      this.columns[c] = new Float64Array(0);
      return averageRanks(column.subarray(0, this.rows));
    });
    const rows: number[] = [];
    if (point !== undefined) for (let r = 0; r < this.rows; r++) if (this.points[r] === point) rows.push(r);
    const columns = point === undefined ? this.ranks : this.ranks.map((column) => pick(column, rows));
    return new RankSubset(columns, this.variables, point === undefined);
  }
}

class RankSubset {
  private readonly kept = new Map<number, Float32Array>();
  private rows: { readonly measurement: number; readonly present: readonly number[] | undefined } | undefined;

  constructor(
    private readonly columns: readonly Float32Array[],
    private readonly variables: readonly Variable[],
    private readonly ranked: boolean,
  ) {}

  /** Spearman's correlation of a variable with a measurement, where the latter has values; the ratio for a categorical one. */
  correlation(variable: number, measurement: number): number {
    const y = this.columns[this.variables.length + measurement]!;
    if (this.rows?.measurement !== measurement) {
      const present = y.some(Number.isNaN) ? [...y.keys()].filter((r) => !Number.isNaN(y[r]!)) : undefined;
      // Ranks over other rows are of no use here.
      if (present || this.rows?.present) this.kept.clear();
      this.kept.delete(this.variables.length + measurement);
      this.rows = { measurement, present };
    }
    const ranksY = this.ranksOf(this.variables.length + measurement);
    if (!this.variables[variable]!.labels) return correlation(this.ranksOf(variable), ranksY);
    return correlationRatio(this.ranksOf(variable), ranksY);
  }

  private ranksOf(column: number): Float32Array {
    const { present } = this.rows!;
    const values = this.columns[column]!;
    if (!present && this.ranked) return values;
    const before = this.kept.get(column);
    if (before) return before;
    const ranks = averageRanks(present ? pick(values, present) : values);
    this.kept.set(column, ranks);
    return ranks;
  }
}

function pick(column: Float32Array, rows: readonly number[]): Float32Array {
  return Float32Array.from(rows, (row) => column[row]!);
}
