/**
 * Factors a symmetric positive semidefinite matrix (size x size, row-major, of which the lower triangle is read) into
 * L Lᵀ; the lower triangle is overwritten by L. A row that depends on those before it gets an infinite diagonal, so that
 * it takes no part in what is solved.
 */
export function choleskyInPlace(matrix: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    let pivot = matrix[j * size + j]!;
    const least = 1e-13 * pivot;
    for (let k = 0; k < j; k++) pivot -= matrix[j * size + k]! ** 2;
    const diagonal = pivot > least ? Math.sqrt(pivot) : Number.POSITIVE_INFINITY;
    matrix[j * size + j] = diagonal;
    for (let i = j + 1; i < size; i++) {
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= matrix[i * size + k]! * matrix[j * size + k]!;
      matrix[i * size + j] = rest / diagonal;
    }
  }
}

/** The x of L Lᵀ x = right, by the factor of `choleskyInPlace`. */
export function choleskySolve(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * size + k]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= factor[k * size + i]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  return x;
}
