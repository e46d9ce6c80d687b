import type { Plan } from '../plan/schema.ts';
import type { ResultBatch } from '../run/results.ts';
import { pointCount } from './axes.ts';
import { replicateCount } from './uncertainty.ts';

/** Sorts the rows of one batch after another by point of the axes, and tells the replicate of each. */
export class RowGroups {
  all = new Int32Array(0);
  replicates = new Int32Array(0);
  private readonly points: number;
  private readonly replicateCount: number;
  private readonly starts: Int32Array;
  private byPoint = new Int32Array(0);

  constructor(plan: Plan, rows: number) {
    this.points = pointCount(plan);
    this.replicateCount = replicateCount(plan, rows);
    this.starts = new Int32Array(this.points + 1);
  }

  sort(batch: ResultBatch): void {
    const { rows, samples } = batch;
    if (this.all.length !== rows) {
      this.all = Int32Array.from({ length: rows }, (_, row) => row);
      this.replicates = new Int32Array(rows);
      this.byPoint = new Int32Array(rows);
    }
    this.starts.fill(0);
    for (let row = 0; row < rows; row++) {
      const sample = samples[row]!;
      this.replicates[row] = Math.floor(sample / this.points) % this.replicateCount;
      this.starts[(sample % this.points) + 1]!++;
    }
    for (let point = 0; point < this.points; point++) this.starts[point + 1]! += this.starts[point]!;
    const next = this.starts.slice();
    for (let row = 0; row < rows; row++) this.byPoint[next[samples[row]! % this.points]!++] = row;
  }

  /** Rows of the last batch at a point, in order. */
  at(point: number): Int32Array {
    return this.byPoint.subarray(this.starts[point], this.starts[point + 1]);
  }
}
