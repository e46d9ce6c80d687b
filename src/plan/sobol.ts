import {
  DIGITS,
  degreeOf,
  directionNumbers,
  identityDirections,
  primitivePolynomials,
} from './digital-net.ts';
import { INITIAL_DIRECTIONS } from './directions.ts';
import { mix32 } from './mix.ts';
import { openUniform, Stream } from './philox.ts';

const initials = INITIAL_DIRECTIONS.replace(/\s*\n\s*/g, '').split(',');

/** Dimensions that have direction numbers; variables beyond them are drawn pseudo-randomly. */
export const SOBOL_DIMENSIONS = initials.length + 1;

let polynomials: readonly number[] | undefined;

/** Direction numbers of dimension 0 … SOBOL_DIMENSIONS - 1, as 32-bit fractions. */
export function sobolDirections(dimension: number): Uint32Array {
  if (dimension === 0) return identityDirections();
  // Found when first needed: it takes some milliseconds that most processes do not have to spend.
  polynomials ??= primitivePolynomials(initials.length);
  const polynomial = polynomials[dimension - 1]!;
  const packed = initials[dimension - 1]!;
  const rest = packed === '' ? [] : packed.split(' ');
  const initial = [1, ...rest.map((digits) => Number.parseInt(digits, 36) * 2 + 1)];
  if (initial.length !== degreeOf(polynomial))
    throw new RangeError(`dimension ${dimension} has no direction numbers`);
  return directionNumbers(polynomial, initial);
}

/** Point `index` (below 2^32) of one dimension, unscrambled, as a 32-bit fraction (a signed word). */
export function sobolWord(directions: Uint32Array, index: number): number {
  let word = 0;
  for (let bits = index >>> 0, k = 0; bits !== 0; bits >>>= 1, k++) if (bits & 1) word ^= directions[k]!;
  return word;
}

/**
 * One variable's coordinate of `replicates` independent Owen scrambles of the Sobol' sequence: draw j is point
 * floor(j / replicates) of replicate j mod replicates. A pure function of the draw; each replicate by itself is a
 * digital net whose points are each uniform on (0, 1), so means over replicates are unbiased and their spread is
 * the error (Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995).
 * Beyond 2^32 points a replicate starts over with another scramble.
 */
export function scrambledSobol(
  seed: number,
  name: string,
  dimension: number,
  replicates: number,
): (draw: number) => number {
  const directions = sobolDirections(dimension);
  const keys = new Stream(seed, name, 'scramble');
  const cache = new Map<number, Uint32Array>();
  return (draw) => {
    const point = Math.floor(draw / replicates);
    const scramble = (draw % replicates) + replicates * Math.floor(point / 2 ** DIGITS);
    let key = cache.get(scramble);
    if (key === undefined) {
      if (cache.size >= 4096) cache.clear();
      key = keys.words(scramble).slice();
      cache.set(scramble, key);
    }
    const word = sobolWord(directions, point);
    const low = mix32(mix32(word ^ key[2]!) + key[3]!);
    return openUniform(owenScramble(word, key[0]!, key[1]!), low);
  };
}

/**
 * Nested uniform scrambling: each digit is flipped by a random bit that depends on all digits before it. One keyed hash
 * of the path so far holds the 1 + 2 + 4 + 8 bits of the next four levels of the binary tree.
 */
function owenScramble(word: number, key0: number, key1: number): number {
  let flips = 0;
  let path = 1;
  for (let shift = DIGITS - 4; shift >= 0; shift -= 4) {
    const bits = mix32(mix32(path ^ key0) + key1);
    const digits = (word >>> shift) & 15;
    const flip =
      ((bits >>> 28) & 8) |
      (((bits >>> (29 + (digits >>> 3))) & 1) << 2) |
      (((bits >>> (25 + (digits >>> 2))) & 1) << 1) |
      ((bits >>> (17 + (digits >>> 1))) & 1);
    flips |= flip << shift;
    path = (path << 4) | digits;
  }
  return word ^ flips;
}
