import type { Plan } from '../plan/schema.ts';
import type { ResultBatch } from '../run/results.ts';
import { pointCount } from './axes.ts';
import { drawsInTurn, replicateCount } from './uncertainty.ts';

/** Sorts the rows of one batch after another by point of the axes, and tells the replicate of each. */
export class RowGroups {
  all = new Int32Array(0);
  replicates = new Int32Array(0);
  private readonly points: number;
  private readonly replicateCount: number;
  private readonly drawsInTurn: number;
  private readonly starts: Int32Array;
  private byPoint = new Int32Array(0);

  /** @param groups points that `at` will be asked for: all of them, or 0 */
  constructor(
    plan: Plan,
    rows: number,
    private readonly groups: number,
  ) {
    this.points = pointCount(plan);
    this.replicateCount = replicateCount(plan, rows);
    this.drawsInTurn = drawsInTurn(plan, rows);
    this.starts = new Int32Array(groups + 1);
  }

  sort(batch: ResultBatch): void {
    const { rows, samples } = batch;
    if (this.all.length !== rows) {
      this.all = Int32Array.from({ length: rows }, (_, row) => row);
      this.replicates = new Int32Array(rows);
      this.byPoint = new Int32Array(rows);
    }
    for (let row = 0; row < rows; row++)
      this.replicates[row] =
        Math.floor(samples[row]! / (this.points * this.drawsInTurn)) % this.replicateCount;
    if (this.groups > 0) this.sortByPoint(samples);
  }

  /** Rows of the last batch at a point, in order. */
  at(point: number): Int32Array {
    return this.byPoint.subarray(this.starts[point], this.starts[point + 1]);
  }

  /** Counting sort, so that rows keep their order. */
  private sortByPoint(samples: Float64Array): void {
    const { starts, points, byPoint } = this;
    starts.fill(0);
    for (const sample of samples) starts[(sample % points) + 1]!++;
    for (let point = 0; point < points; point++) starts[point + 1]! += starts[point]!;
    const next = starts.slice();
    for (let row = 0; row < samples.length; row++) byPoint[next[samples[row]! % points]!++] = row;
  }
}
