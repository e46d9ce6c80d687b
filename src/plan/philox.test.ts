import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameWords, openUniform, philox4x32, Stream } from './philox.ts';

const run = (counter: readonly number[], key: readonly number[]): string[] => {
  const out = new Uint32Array(4);
  philox4x32(counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!, out);
  return [...out].map((word) => word.toString(16).padStart(8, '0'));
};

describe('Philox 4x32-10', () => {
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ])("gives Random123's known answers (kat_vectors) for %j", (counter, key, answer) => {
    expect(run(counter, key).join(' ')).toBe(answer);
  });

  it('agrees with arithmetic on whole numbers for any counter and key', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
        let [k0, k1] = key.map(BigInt) as [bigint, bigint];
        const mask = 0xffffffffn;
        for (let round = 0; round < 10; round++) {
          const [left, right] = [0xd2511f53n * a, 0xcd9e8d57n * c];
          [a, b, c, d] = [(right >> 32n) ^ b ^ k0, right & mask, (left >> 32n) ^ d ^ k1, left & mask];
          [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
        }
        expect(run(counter, key)).toEqual([a, b, c, d].map((x) => x.toString(16).padStart(8, '0')));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a stream', () => {
  it('never answers 0 or 1, whatever the words are', () => {
    expect(openUniform(0, 0)).toBe(2 ** -53);
    expect(openUniform(0xffffffff, 0xffffffff)).toBe(1 - 2 ** -53);
    expect(openUniform(-1, -1)).toBe(1 - 2 ** -53);
  });

  it('answers sample 7 the same, whatever was asked before', () => {
    const [a, b] = [new Stream(5, 'R1', 'draw'), new Stream(5, 'R1', 'draw')];
    for (let i = 0; i < 7; i++) a.uniform(i);
    expect(a.uniform(7)).toBe(b.uniform(7));
  });

  it('differs by seed, by name, by purpose, and beyond 32 bits of index and of seed', () => {
    const values = [
      new Stream(1, 'R1', 'draw').uniform(7),
      new Stream(2, 'R1', 'draw').uniform(7),
      new Stream(1 + 2 ** 32, 'R1', 'draw').uniform(7),
      new Stream(1, 'R2', 'draw').uniform(7),
      new Stream(1, 'R1', 'jitter').uniform(7),
      new Stream(1, 'R1', 'draw').uniform(7 + 2 ** 32),
    ];
    expect(new Set(values).size).toBe(values.length);
  });

  it('names variables by words that tell near names apart', () => {
    const names = Array.from({ length: 2000 }, (_, i) => `xm${i}.mis_vth`);
    expect(new Set(names.map((name) => nameWords(name).join())).size).toBe(names.length);
  });

  it('has the mean, variance and serial correlation of independent uniform numbers', () => {
    const stream = new Stream(3, 'R1', 'draw');
    const n = 200_000;
    let [sum, squares, lagged, before] = [0, 0, 0, 0.5];
    for (let i = 0; i < n; i++) {
      const centred = stream.uniform(i) - 0.5;
      sum += centred;
      squares += centred * centred;
      lagged += centred * (before - 0.5);
      before = centred + 0.5;
    }
    // Five standard errors of each, from the closed-form moments of the uniform distribution.
    expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
    expect(Math.abs(lagged / n)).toBeLessThan(5 / 12 / Math.sqrt(n));
  });
});
