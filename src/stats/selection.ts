/** The k-th smallest (k from 0) of n numbers. */
export interface OrderStatistics {
  readonly n: number;
  at(rank: number): number;
}

export class SortedValues implements OrderStatistics {
  constructor(readonly values: Float64Array) {}

  get n(): number {
    return this.values.length;
  }

  at(rank: number): number {
    return this.values[rank] ?? Number.NaN;
  }
}

interface WantedCell {
  readonly cell: number;
  /** The pivot before it; its values are above. */
  readonly start: number;
  readonly values: number[];
}

/**
 * Exact order statistics of a stream that is read twice more: `count` every value into cells between pivots, `want` the
 * ranks, `collect` the values of the few cells that hold them. Memory depends on the number of pivots and wanted ranks,
 * and on n only through n / pivots per wanted rank.
 */
export class Selection implements OrderStatistics {
  n = 0;
  /** Cell 2k is below pivot k (and above pivot k-1), cell 2k + 1 is equal to it, so that ties need no room. */
  private readonly counts: Float64Array;
  /** The cells whose values are collected, ascending, and where they begin and end. */
  private wanted: readonly WantedCell[] = [];
  private ends = new Float64Array(0);
  private starts: Float64Array | undefined;

  /** @param pivots ascending, without repeats */
  constructor(private readonly pivots: Float64Array) {
    this.counts = new Float64Array(2 * pivots.length + 1);
  }

  /** Pivots spread evenly over a sorted sample, at most `most` of them. */
  static around(sorted: Float64Array, most: number): Selection {
    const pivots = new Float64Array(Math.min(most, sorted.length));
    let size = 0;
    for (let k = 0; k < pivots.length; k++) {
      const pivot = sorted[Math.floor(((k + 0.5) * sorted.length) / pivots.length)]!;
      if (size === 0 || pivot > pivots[size - 1]!) pivots[size++] = pivot;
    }
    return new Selection(pivots.slice(0, size));
  }

  count(value: number): void {
    this.n++;
    this.counts[this.cellOf(value)]!++;
  }

  /** Names the ranks that `at` will be asked for, once everything is counted. */
  want(ranks: Iterable<number>): void {
    this.starts = new Float64Array(this.counts.length);
    for (let cell = 1; cell < this.counts.length; cell++)
      this.starts[cell] = this.starts[cell - 1]! + this.counts[cell - 1]!;
    const cells = new Set<number>();
    for (const rank of ranks) cells.add(this.cellHolding(rank));
    const open = [...cells].filter((cell) => cell % 2 === 0).sort((a, b) => a - b);
    this.wanted = open.map((cell) => ({
      cell,
      start: this.pivots[cell / 2 - 1] ?? Number.NEGATIVE_INFINITY,
      values: [],
    }));
    this.ends = Float64Array.from(open, (cell) => this.pivots[cell / 2] ?? Number.POSITIVE_INFINITY);
  }

  collect(value: number): void {
    const { ends } = this;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    const cell = this.wanted[low];
    if (cell !== undefined && value > cell.start) cell.values.push(value);
  }

  /** Sorts what was collected; call once, before `at`. */
  finish(): void {
    for (const { values } of this.wanted) values.sort((a, b) => a - b);
  }

  at(rank: number): number {
    const cell = this.cellHolding(rank);
    if (cell % 2 === 1) return this.pivots[(cell - 1) / 2]!;
    const found = this.wanted.find((wanted) => wanted.cell === cell);
    return found?.values[rank - this.starts![cell]!] ?? Number.NaN;
  }

  private cellOf(value: number): number {
    let low = 0;
    let high = this.pivots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pivots[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return 2 * low + (this.pivots[low] === value ? 1 : 0);
  }

  /** The last cell that starts at or before a rank and is not empty. */
  private cellHolding(rank: number): number {
    const starts = this.starts!;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (starts[middle]! <= rank) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
