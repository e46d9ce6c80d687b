import { mix32 } from './mix.ts';
import { openUniform, Stream } from './philox.ts';

const ROUNDS = 8;

/**
 * One variable's coordinate of Latin hypercubes of `block` draws, one after the other (McKay, Beckman, Conover 1979):
 * within each block every interval [k/block, (k+1)/block) is hit exactly once. A pure function of the draw.
 */
export function latinHypercube(seed: number, name: string, block: number): (draw: number) => number {
  const jitter = new Stream(seed, name, 'jitter');
  const keys = new Stream(seed, name, 'permutation');
  const roundKeys = new Uint32Array(ROUNDS);
  let keyed = -1;
  return (draw) => {
    const which = Math.floor(draw / block);
    if (which !== keyed) {
      for (let part = 0; part < ROUNDS / 4; part++) roundKeys.set(keys.words(which * 2 + part), part * 4);
      keyed = which;
    }
    const stratum = permuted(draw - which * block, block, roundKeys);
    const words = jitter.words(draw);
    return Math.min((stratum + openUniform(words[0]!, words[1]!)) / block, 1 - 2 ** -53);
  };
}

/**
 * A keyed permutation of 0..size-1: a Feistel network on the next even number of bits, walked until it lands inside
 * (Black & Rogaway, "Ciphers with arbitrary finite domains", 2002). Under four steps on average.
 */
export function permuted(position: number, size: number, roundKeys: Uint32Array): number {
  const half = Math.ceil(Math.log2(Math.max(size, 2)) / 2);
  const base = 2 ** half;
  let at = position;
  do {
    let left = Math.floor(at / base);
    let right = at % base;
    for (const key of roundKeys) {
      const next = (left ^ (mix32(mix32(right ^ key) + key) >>> (32 - half))) >>> 0;
      left = right;
      right = next;
    }
    at = left * base + right;
  } while (at >= size);
  return at;
}
