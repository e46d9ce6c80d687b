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
  return solve(gram, right);
}

/** Solves a symmetric positive definite system given by its lower triangle, which is overwritten. */
function solve(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = right.slice();
  for (let j = 0; j < size; j++) {
    let pivot = lower[j * size + j]!;
    for (let k = 0; k < j; k++) pivot -= lower[j * size + k]! ** 2;
    // A term that says nothing of its own gets no coefficient.
    const diagonal = pivot > 0 ? Math.sqrt(pivot) : Number.POSITIVE_INFINITY;
    lower[j * size + j] = diagonal;
    for (let i = j + 1; i < size; i++) {
      let rest = lower[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= lower[i * size + k]! * lower[j * size + k]!;
      lower[i * size + j] = rest / diagonal;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * size + k]! * x[k]!;
    x[i]! /= lower[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= lower[k * size + i]! * x[k]!;
    x[i]! /= lower[i * size + i]!;
  }
  return x;
}

/** Sum of weight x a x b. */
export function weighted(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let r = 0; r < a.length; r++) sum += weights[r]! * a[r]! * b[r]!;
  return sum;
}
