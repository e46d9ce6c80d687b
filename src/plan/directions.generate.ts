/**
 * Writes `directions.ts`: `npx jiti src/plan/directions.generate.ts`. Deterministic, about a minute.
 * Dimension by dimension it keeps, of a number of random initial direction numbers, those whose two-dimensional
 * projections with all earlier dimensions have the lowest t (see adr/0013-our-own-sobol-directions.md).
 */
import { writeFileSync } from 'node:fs';
import {
  degreeOf,
  directionNumbers,
  generatorRows,
  identityDirections,
  primitivePolynomials,
  tValue,
} from './digital-net.ts';
import { Stream } from './philox.ts';

const DIMENSIONS = 256;
const SEED = 20;
/** Point counts 2^m that the search looks at. */
const SIZES = [4, 6, 8, 9, 10, 11, 12, 13];

function candidate(stream: Stream, degree: number, number: number): number[] {
  const initial: number[] = [];
  for (let k = 0; k < degree; k++) {
    const word = stream.words(number * 16 + k)[0]!;
    initial.push(((word >>> (31 - k)) | 1) >>> 0);
  }
  return initial;
}

/** Large t weighs most: a projection of t needs 2^t times the points for the same evenness. */
function badness(rows: Uint32Array, earlier: readonly Uint32Array[], limit: number): number {
  let sum = 0;
  for (const other of earlier) {
    for (const m of SIZES) sum += 4 ** tValue(rows, other, m);
    if (sum >= limit) return sum;
  }
  return sum;
}

function pack(initial: readonly number[]): string {
  return initial
    .map((m) => ((m - 1) / 2).toString(36))
    .join(' ')
    .replace(/^0 ?/, '');
}

const earlier = [generatorRows(identityDirections())];
const lines: string[] = [];
for (const [d, polynomial] of primitivePolynomials(DIMENSIONS - 1).entries()) {
  const degree = degreeOf(polynomial);
  const stream = new Stream(SEED, `dimension ${d + 1}`, 'draw');
  const tries = Math.max(400, Math.round(40_000 / (d + 1)));
  let best = candidate(stream, degree, 0);
  let least = Number.POSITIVE_INFINITY;
  for (let number = 0; number < tries; number++) {
    const initial = candidate(stream, degree, number);
    const score = badness(generatorRows(directionNumbers(polynomial, initial)), earlier, least);
    if (score < least) [best, least] = [initial, score];
  }
  earlier.push(generatorRows(directionNumbers(polynomial, best)));
  lines.push(pack(best));
}

const text = `// Written by directions.generate.ts; do not edit.

/**
 * Initial direction numbers of dimensions 2 to ${DIMENSIONS}, one dimension per entry, in the order of the primitive polynomials:
 * (m_k - 1) / 2 for k = 2 up to the polynomial's degree, in base 36 (m_1 is always 1).
 */
export const INITIAL_DIRECTIONS = \`
${lines.join(',').replace(/(.{90,106},)/g, '$1\n')}
\`;
`;
writeFileSync(new URL('./directions.ts', import.meta.url), text);
