/**
 * Philox 4x32-10, a counter-based generator: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3"
 * (SC11, 2011). A draw is a pure function of (seed, stream, index), so nothing has to be skipped or remembered.
 */
import { createHash } from 'node:crypto';

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const M0_LOW = M0 & 0xffff;
const M0_HIGH = M0 >>> 16;
const M1_LOW = M1 & 0xffff;
const M1_HIGH = M1 >>> 16;

/** Upper 32 bits of the 64-bit product of a constant (in halves) and a 32-bit word. */
function highWord(low: number, high: number, word: number): number {
  const wordLow = word & 0xffff;
  const wordHigh = word >>> 16;
  const carry = (Math.imul(high, wordLow) + (Math.imul(low, wordLow) >>> 16)) | 0;
  const middle = (Math.imul(low, wordHigh) + (carry & 0xffff)) | 0;
  return (Math.imul(high, wordHigh) + (carry >>> 16) + (middle >>> 16)) | 0;
}

/**
 * Ten rounds over the counter c0..c3 with the key k0, k1.
 * @param out four words; written as signed 32-bit integers into an Int32Array or unsigned into a Uint32Array.
 */
export function philox4x32(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let c0 = counter0 | 0;
  let c1 = counter1 | 0;
  let c2 = counter2 | 0;
  let c3 = counter3 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = highWord(M0_LOW, M0_HIGH, c0);
    const low0 = Math.imul(M0, c0);
    const high1 = highWord(M1_LOW, M1_HIGH, c2);
    const low1 = Math.imul(M1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** What a stream of numbers is for; streams of different purposes are independent. */
export type Purpose = 'draw' | 'scramble' | 'permutation' | 'jitter';
const PURPOSES: Record<Purpose, number> = { draw: 0, scramble: 1, permutation: 2, jitter: 3 };

/** The two words that stand for a variable's name: adding another variable does not change this one's draws. */
export function nameWords(name: string): readonly [number, number] {
  const digest = createHash('sha256').update(name, 'utf8').digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

/** One variable's random numbers for one purpose; `index` may be any integer from 0 to 2^48 - 1. */
export class Stream {
  readonly #words = new Uint32Array(4);
  readonly #key0: number;
  readonly #key1: number;
  readonly #name0: number;
  readonly #name1: number;
  readonly #purpose: number;

  constructor(seed: number, name: string, purpose: Purpose) {
    this.#key0 = seed >>> 0;
    this.#key1 = Math.floor(seed / 2 ** 32) >>> 0;
    [this.#name0, this.#name1] = nameWords(name);
    this.#purpose = PURPOSES[purpose] << 24;
  }

  /** Four words, valid until the next call. */
  words(index: number): Uint32Array {
    const high = Math.floor(index / 2 ** 32) | this.#purpose;
    philox4x32(index >>> 0, high, this.#name0, this.#name1, this.#key0, this.#key1, this.#words);
    return this.#words;
  }

  /** Uniform in the open interval (0, 1). */
  uniform(index: number): number {
    const words = this.words(index);
    return openUniform(words[0]!, words[1]!);
  }
}

/**
 * An odd multiple of 2^-53: never 0 or 1, symmetric about one half, exact in a double.
 * @param high all of its 32 bits are used, as the leading ones
 * @param low its upper 20 bits are used
 */
export const openUniform = (high: number, low: number): number =>
  ((high >>> 0) * 2 ** 20 + (low >>> 12) + 0.5) * 2 ** -52;
