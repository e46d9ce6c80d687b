/** Digital nets in base 2: primitive polynomials, direction numbers and how evenly two dimensions fill the square. */

export const DIGITS = 32;

/**
 * The first `count` primitive polynomials over GF(2), by degree and then by value; bit k is the coefficient of x^k.
 * Primitive is that x has order 2^degree - 1 modulo the polynomial.
 */
export function primitivePolynomials(count: number): number[] {
  const found: number[] = [];
  for (let degree = 1; found.length < count; degree++)
    for (let p = 2 ** degree + 1; p < 2 ** (degree + 1) && found.length < count; p += 2)
      if (orderOfX(p, degree) === 2 ** degree - 1) found.push(p);
  return found;
}

function orderOfX(polynomial: number, degree: number): number {
  const top = 2 ** degree;
  const most = top - 1;
  let power = 1;
  for (let order = 1; order <= most; order++) {
    power *= 2;
    if (power >= top) power ^= polynomial;
    if (power === 1) return order;
  }
  return 0;
}

export const degreeOf = (polynomial: number): number => 31 - Math.clz32(polynomial);

/**
 * Direction numbers v_1..v_32 as 32-bit fractions from a primitive polynomial and as many odd initial numbers
 * m_k < 2^k as its degree (Sobol' 1967; recurrence as in Bratley & Fox, ACM TOMS 659, 1988).
 */
export function directionNumbers(polynomial: number, initial: readonly number[]): Uint32Array {
  const degree = degreeOf(polynomial);
  const v = new Uint32Array(DIGITS);
  for (let k = 0; k < DIGITS; k++) {
    if (k < degree) {
      v[k] = initial[k]! << (DIGITS - 1 - k);
      continue;
    }
    let word = v[k - degree]! ^ (v[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) if ((polynomial >>> (degree - j)) & 1) word ^= v[k - j]!;
    v[k] = word;
  }
  return v;
}

/** Direction numbers of the van der Corput sequence, the first dimension of every Sobol' sequence. */
export const identityDirections = (): Uint32Array =>
  Uint32Array.from({ length: DIGITS }, (_, k) => 1 << (DIGITS - 1 - k));

/** Rows of the generator matrix: bit k of row r is digit r of direction number k. */
export function generatorRows(directions: Uint32Array): Uint32Array {
  const rows = new Uint32Array(DIGITS);
  for (let r = 0; r < DIGITS; r++)
    for (let k = 0; k < DIGITS; k++) if ((directions[k]! >>> (DIGITS - 1 - r)) & 1) rows[r]! |= 1 << k;
  return rows;
}

/**
 * The t of the (t, m, 2)-net that the first 2^m points of two dimensions are: 0 is perfect, every elementary interval
 * of area 2^(t-m) holds exactly 2^t points (Niederreiter 1992, theorem 4.28). m <= 31.
 */
export function tValue(rowsA: Uint32Array, rowsB: Uint32Array, m: number): number {
  const mask = 2 ** m - 1;
  let independent = m;
  for (let fromA = 0; fromA <= independent; fromA++) {
    const basis = new Uint32Array(m);
    for (let r = 0; r < fromA; r++)
      if (!insert(basis, rowsA[r]! & mask)) independent = Math.min(independent, r);
    for (let fromB = 0; fromA + fromB < independent; fromB++)
      if (!insert(basis, rowsB[fromB]! & mask)) {
        independent = fromA + fromB;
        break;
      }
  }
  return m - independent;
}

/** Adds a vector over GF(2) to an echelon basis; false when it depends on what is there. */
function insert(basis: Uint32Array, vector: number): boolean {
  let rest = vector;
  while (rest !== 0) {
    const lead = 31 - Math.clz32(rest);
    const held = basis[lead]!;
    if (held === 0) {
      basis[lead] = rest;
      return true;
    }
    rest ^= held;
  }
  return false;
}
