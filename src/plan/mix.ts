/**
 * A bijection of 32-bit words that spreads every bit over all (Appleby's MurmurHash3 finaliser, 2011). The argument is
 * taken modulo 2^32, the answer is a signed word.
 */
export function mix32(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
