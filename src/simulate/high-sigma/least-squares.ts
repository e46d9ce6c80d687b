import { choleskyInPlace, choleskySolve } from '../../stats/cholesky.ts';

/** Rows x terms, one typed array per term. */
export type Columns = readonly Float64Array[];

/** Diagonal that keeps a nearly dependent set of terms solvable, as a share of each term's own sum of squares. */
const RIDGE = 1e-10;

/** Coefficients of the weighted least-squares fit of `y` by the columns, through the normal equations (Cholesky). */
export function leastSquares(columns: Columns, y: Float64Array, weights: Float64Array): Float64Array {
  const size = columns.length;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) gram[i * size + j] = weighted(columns[i]!, columns[j]!, weights);
    gram[i * size + i]! *= 1 + RIDGE;
    right[i] = weighted(columns[i]!, y, weights);
  }
  choleskyInPlace(gram, size);
  return choleskySolve(gram, right);
}

/** Sum of weight x a x b. */
export function weighted(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let r = 0; r < a.length; r++) sum += weights[r]! * a[r]! * b[r]!;
  return sum;
}
