import { CoMoments } from './comoments.ts';

const BLOCK = 64;

/** Multiplications after which further rows add too little to be worth their time (a second or two). */
const MOST_OPERATIONS = 2e9;

/** Responses that have had values on exactly the same rows so far. */
interface Family {
  readonly members: readonly number[];
  readonly moments: CoMoments;
}

/** Where a response's figures are. */
export interface ResponseMoments {
  readonly moments: CoMoments;
  readonly response: number;
}

/**
 * Covariances of predictors with responses that may lack values: each response is over the rows where it has one.
 * Responses share their sums until the first block of rows on which they differ. Blocks are of a fixed number of rows,
 * so the same rows in the same order give the same bits. Memory: (predictors + responses) x 64 and predictors².
 */
export class CovarianceCollector {
  private families: Family[];
  private readonly block: Float64Array[];
  private readonly scratch: Float64Array[];
  private filled = 0;
  private operations = 0;

  constructor(
    private readonly predictors: number,
    private readonly responses: number,
  ) {
    const members = Array.from({ length: responses }, (_, k) => k);
    this.families = [{ members, moments: new CoMoments(predictors, responses) }];
    const columns = () => Array.from({ length: predictors + responses }, () => new Float64Array(BLOCK));
    this.block = columns();
    this.scratch = columns();
  }

  /** One row: predictors, all finite, then responses, NaN where there is none. */
  add(row: Float64Array): void {
    if (this.operations > MOST_OPERATIONS) return;
    for (let c = 0; c < row.length; c++) this.block[c]![this.filled] = row[c]!;
    if (++this.filled === BLOCK) this.flush();
  }

  /** Ends the stream: where the figures of each response are. */
  finish(): ResponseMoments[] {
    this.flush();
    const found: ResponseMoments[] = new Array(this.responses);
    for (const { members, moments } of this.families)
      members.forEach((member, response) => {
        found[member] = { moments, response };
      });
    return found;
  }

  private flush(): void {
    this.families = this.families.flatMap((family) => this.split(family));
    for (const { members, moments } of this.families) {
      const rows = this.rowsOf(members[0]);
      const columns = this.gather(members, rows);
      moments.addBlock(columns, rows.length);
      const pairs = moments.joint ? (this.predictors * (this.predictors + 1)) / 2 : this.predictors;
      this.operations += rows.length * (pairs + this.predictors * members.length);
    }
    this.filled = 0;
  }

  private split(family: Family): Family[] {
    const byRows = new Map<string, number[]>();
    family.members.forEach((member, k) => {
      const rows = this.rowsOf(member);
      const key = rows.length === this.filled ? 'all' : rows.join();
      const alike = byRows.get(key);
      if (alike) alike.push(k);
      else byRows.set(key, [k]);
    });
    if (byRows.size <= 1) return [family];
    return [...byRows.values()].map((kept) => ({
      members: kept.map((k) => family.members[k]!),
      moments: family.moments.subset(kept),
    }));
  }

  /** Rows of the block on which a response has a value. */
  private rowsOf(response: number | undefined): number[] {
    const rows: number[] = [];
    const column = response === undefined ? undefined : this.block[this.predictors + response]!;
    for (let r = 0; r < this.filled; r++) if (!column || Number.isFinite(column[r]!)) rows.push(r);
    return rows;
  }

  private gather(members: readonly number[], rows: readonly number[]): Float64Array[] {
    const columns: Float64Array[] = [];
    const take = (c: number): void => {
      const [from, to] = [this.block[c]!, this.scratch[c]!];
      for (let k = 0; k < rows.length; k++) to[k] = from[rows[k]!]!;
      columns.push(to);
    };
    for (let c = 0; c < this.predictors; c++) take(c);
    for (const member of members) take(this.predictors + member);
    return columns;
  }
}
