export interface Eigen {
  /** Eigenvalues, in no particular order. */
  readonly values: Float64Array;
  /** size x size, row-major; column k belongs to value k. */
  readonly vectors: Float64Array;
}

const MOST_SWEEPS = 60;

/** Eigenvalues and orthonormal eigenvectors of a symmetric matrix (size x size, row-major) by cyclic Jacobi rotations (Jacobi 1846). */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, size) > 1e-15 * size; sweep++)
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors };
}

/** Largest element off the diagonal. */
function offDiagonal(a: Float64Array, size: number): number {
  let most = 0;
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) most = Math.max(most, Math.abs(a[i * size + j]!));
  return most;
}

function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q]!;
  if (Math.abs(apq) < 1e-300) return;
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  // Rows first, which lie together in memory; the columns mirror them.
  turn(a, p * size, q * size, 1, size, c, s);
  turn(a, p, q, size, size, c, s);
  turn(vectors, p, q, size, size, c, s);
}

/** Turns two lines of a matrix, given by where they start and the distance between their elements. */
function turn(
  a: Float64Array,
  first: number,
  second: number,
  stride: number,
  length: number,
  c: number,
  s: number,
): void {
  for (let k = 0, i = first, j = second; k < length; k++, i += stride, j += stride) {
    const x = a[i]!;
    const y = a[j]!;
    a[i] = c * x - s * y;
    a[j] = s * x + c * y;
  }
}
