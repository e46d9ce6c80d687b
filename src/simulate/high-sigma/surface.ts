import { leastSquares, weighted } from './least-squares.ts';

/** A point in the space of independent normal scores. */
export type Scores = Float64Array;

/** What was measured at a point, NaN where it failed to simulate, and how much it counts. */
export interface Observation {
  readonly at: Scores;
  readonly value: number;
  readonly weight: number;
}

/** A response surface: a second-order polynomial of the scores. */
export interface Surface {
  value(at: ArrayLike<number>): number;
  gradient(at: ArrayLike<number>): Float64Array;
  /** Share of the observations' variance that it leaves unexplained, corrected for its number of terms. */
  readonly unexplained: number;
  /** Coordinates that appear in a term. */
  readonly active: readonly number[];
}

/** A constant (neither), a coordinate, or the product of two (a square where they are one). */
type Term = readonly number[];

/** Rows that each further linear term must have to be fitted with all the others at once. */
const ROWS_PER_TERM = 1.2;
/** Coordinates whose products with each other are tried. */
const MOST_CROSSED = 8;

/**
 * Fits a surface to observations. All linear terms are fitted together where there are rows enough, otherwise one after
 * the other as they explain most of what is left (orthogonal matching pursuit: Pati, Rezaiifar & Krishnaprasad 1993);
 * then squares and products in the same way, until what they explain is what chance explains (2 ln(terms) / rows:
 * Donoho & Johnstone 1994).
 * @param searchable coordinates that terms are made of
 */
export function fitSurface(
  observations: readonly Observation[],
  size: number,
  searchable: readonly number[],
): Surface {
  const known = observations.filter(({ value }) => Number.isFinite(value));
  const rows = known.length;
  const y = Float64Array.from(known, ({ value }) => value);
  const weights = Float64Array.from(known, ({ weight }) => weight);
  const columnOf = (term: Term) =>
    Float64Array.from(known, ({ at }) => term.reduce((product, k) => product * at[k]!, 1));
  const linear = searchable.map((k): Term => [k]);
  const fit = new Fit(columnOf, y, weights);
  if (rows >= ROWS_PER_TERM * linear.length + 5) fit.take(linear);
  else fit.pursue(linear, Math.floor(rows / 3));
  const most = Math.max(fit.terms.length, Math.floor(rows / 2));
  fit.pursue(secondOrder(searchable, fit), most);
  return surfaceOf(fit, size);
}

/** Every square, and the products of the coordinates that seem to matter most. */
function secondOrder(searchable: readonly number[], fit: Fit): Term[] {
  const squares = searchable.map((k): Term => [k, k]);
  const score = new Map(
    searchable.map((k, i) => [k, Math.max(Math.abs(fit.correlation([k], fit.y)), fit.leftWith(squares[i]!))]),
  );
  const leading = [...searchable].sort((a, b) => score.get(b)! - score.get(a)!).slice(0, MOST_CROSSED);
  const products = leading.flatMap((a, i) => leading.slice(i + 1).map((b): Term => [a, b]));
  return [...squares, ...products];
}

/** A least-squares fit that grows by terms. */
class Fit {
  terms: Term[] = [[]];
  coefficients: Float64Array;
  private readonly columns = new Map<string, Float64Array>();
  private residual: Float64Array;

  constructor(
    private readonly columnOf: (term: Term) => Float64Array,
    readonly y: Float64Array,
    readonly weights: Float64Array,
  ) {
    this.coefficients = new Float64Array(1);
    this.residual = y;
    this.solve();
  }

  take(terms: readonly Term[]): void {
    this.terms = [...this.terms, ...terms];
    this.solve();
  }

  /** Takes the best of `candidates` again and again, until none explains more than chance or there are `most` terms. */
  pursue(candidates: readonly Term[], most: number): void {
    const rest = new Set(candidates);
    const noise = Math.sqrt((2 * Math.log(Math.max(2, candidates.length))) / this.y.length);
    while (rest.size > 0 && this.terms.length < most && !this.exact) {
      const best = [...rest].reduce((a, b) => (this.leftWith(b) > this.leftWith(a) ? b : a));
      if (this.leftWith(best) < noise) return;
      rest.delete(best);
      this.take([best]);
    }
  }

  /** How strongly a term goes along with what is not explained, 0 to 1. */
  leftWith(term: Term): number {
    return Math.abs(this.correlation(term, this.residual));
  }

  correlation(term: Term, values: Float64Array): number {
    const { weights } = this;
    const column = centred(this.column(term), weights);
    const other = centred(values, weights);
    const scale = weighted(column, column, weights) * weighted(other, other, weights);
    return scale > 0 ? weighted(column, other, weights) / Math.sqrt(scale) : 0;
  }

  get unexplained(): number {
    const { y, weights, residual } = this;
    const all = centred(y, weights);
    const total = weighted(all, all, weights);
    const left = Math.max(1, y.length - this.terms.length);
    return total > 0 ? (weighted(residual, residual, weights) / total) * ((y.length - 1) / left) : 0;
  }

  private get exact(): boolean {
    return this.unexplained < 1e-12;
  }

  private column(term: Term): Float64Array {
    const key = term.join();
    const known = this.columns.get(key) ?? this.columnOf(term);
    this.columns.set(key, known);
    return known;
  }

  private solve(): void {
    const columns = this.terms.map((term) => this.column(term));
    this.coefficients = leastSquares(columns, this.y, this.weights);
    this.residual = this.y.map((value, r) =>
      columns.reduce((rest, column, t) => rest - this.coefficients[t]! * column[r]!, value),
    );
  }
}

function centred(values: Float64Array, weights: Float64Array): Float64Array {
  let [sum, total] = [0, 0];
  for (let r = 0; r < values.length; r++) {
    sum += weights[r]! * values[r]!;
    total += weights[r]!;
  }
  return values.map((value) => value - sum / total);
}

function surfaceOf({ terms, coefficients, unexplained }: Fit, size: number): Surface {
  const used = terms.map((term, t) => ({ term, coefficient: coefficients[t]! }));
  return {
    value: (at) =>
      used.reduce(
        (sum, { term, coefficient }) => sum + coefficient * term.reduce((product, k) => product * at[k]!, 1),
        0,
      ),
    gradient: (at) => {
      const gradient = new Float64Array(size);
      for (const { term, coefficient } of used) {
        const [a, b] = term;
        if (a === undefined) continue;
        gradient[a]! += coefficient * (b === undefined ? 1 : at[b]!);
        if (b !== undefined) gradient[b]! += coefficient * at[a]!;
      }
      return gradient;
    },
    unexplained,
    active: [...new Set(terms.flat())],
  };
}
