import { SpiceLabError } from '../errors/index.ts';

/**
 * Lower triangular L with L Lᵀ = matrix, row-major, for a correlation matrix that may be semidefinite: a variable
 * that the earlier ones determine gets a zero on the diagonal (Higham, "Analysis of the Cholesky decomposition of a
 * semi-definite matrix", 1990).
 * @throws SpiceLabError CORRELATION_INVALID when it is not a correlation matrix.
 */
export function choleskyFactor(matrix: readonly (readonly number[])[]): Float64Array {
  const n = matrix.length;
  checkCorrelationMatrix(matrix);
  const tolerance = n * 1e-10;
  const factor = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    let pivot = 1;
    for (let k = 0; k < j; k++) pivot -= factor[j * n + k]! ** 2;
    if (pivot < -tolerance) throw indefinite();
    const diagonal = pivot > tolerance ? Math.sqrt(pivot) : 0;
    factor[j * n + j] = diagonal;
    for (let i = j + 1; i < n; i++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * n + k]! * factor[j * n + k]!;
      if (diagonal > 0) factor[i * n + j] = rest / diagonal;
      else if (Math.abs(rest) > Math.sqrt(tolerance)) throw indefinite();
    }
  }
  return factor;
}

/** @throws SpiceLabError CORRELATION_INVALID for one that is not square and symmetric with ones on the diagonal. */
export function checkCorrelationMatrix(matrix: readonly (readonly number[])[]): void {
  const n = matrix.length;
  for (const [i, row] of matrix.entries()) {
    if (row.length !== n)
      throw invalid(`row ${i + 1} has ${row.length} entries, not ${n}`, 'Give a square matrix.');
    for (const [j, value] of row.entries()) {
      if (!(Math.abs(value) <= 1))
        throw invalid(`entry (${i + 1}, ${j + 1}) is ${value}`, 'Correlations lie between -1 and 1.');
      if (i === j && value !== 1)
        throw invalid(`entry (${i + 1}, ${i + 1}) is ${value}`, 'The diagonal of a correlation matrix is 1.');
      if (value !== matrix[j]?.[i])
        throw invalid(`entries (${i + 1}, ${j + 1}) and (${j + 1}, ${i + 1}) differ`, 'Make it symmetric.');
    }
  }
}

const invalid = (what: string, remedy: string) =>
  new SpiceLabError('CORRELATION_INVALID', `not a correlation matrix: ${what}`, { remedy });

const indefinite = () =>
  invalid(
    'it is not positive semidefinite',
    'These correlations contradict each other: bring the largest ones nearer to 0.',
  );

/** scores := L scores, in place; the independent scores become correlated ones. */
export function correlateScores(factor: Float64Array, scores: Float64Array): void {
  const n = scores.length;
  for (let i = n - 1; i >= 0; i--) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += factor[i * n + j]! * scores[j]!;
    scores[i] = sum;
  }
}
