import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latinHypercube, permuted } from './lhs.ts';

describe('Latin hypercube', () => {
  it('hits every interval of every block exactly once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(1000), (block, seed) => {
        const coordinate = latinHypercube(seed, 'R1', block);
        for (const first of [0, block * 3]) {
          const strata = Array.from({ length: block }, (_, i) => Math.floor(coordinate(first + i) * block));
          expect(strata.sort((a, b) => a - b)).toEqual(Array.from({ length: block }, (_, i) => i));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('permutes differently for every variable, block and seed', () => {
    const order = (seed: number, name: string, from: number) => {
      const coordinate = latinHypercube(seed, name, 32);
      return Array.from({ length: 32 }, (_, i) => Math.floor(coordinate(from + i) * 32)).join();
    };
    const orders = [order(1, 'a', 0), order(1, 'b', 0), order(2, 'a', 0), order(1, 'a', 32)];
    expect(new Set(orders).size).toBe(4);
  });

  it('puts every position in every place equally often, over many keys', () => {
    const size = 5;
    const counts = new Float64Array(size * size);
    const n = 5000;
    for (let k = 0; k < n; k++) {
      const keys = Uint32Array.from({ length: 8 }, (_, i) => Math.imul(k * 8 + i + 1, 0x9e3779b1));
      for (let p = 0; p < size; p++) counts[p * size + permuted(p, size, keys)]! += 1;
    }
    const expected = n / size;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 16 degrees of freedom: mean 16, variance 32; six standard deviations above.
    expect(chiSquare).toBeLessThan(16 + 6 * Math.sqrt(32));
  });

  it('has far less variance than plain draws on an additive function (Stein 1987)', () => {
    const block = 64;
    const [x, y] = [latinHypercube(7, 'x', block), latinHypercube(7, 'y', block)];
    const means = Array.from({ length: 100 }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < block; i++) sum += x(b * block + i) ** 2 + y(b * block + i);
      return sum / block;
    });
    const variance = means.reduce((sum, mean) => sum + (mean - 1 / 3 - 1 / 2) ** 2, 0) / means.length;
    expect((4 / 45 + 1 / 12) / block / variance).toBeGreaterThan(500);
  });

  it('answers a draw the same whatever was asked before', () => {
    const [a, b] = [latinHypercube(1, 'x', 10), latinHypercube(1, 'x', 10)];
    const forward = Array.from({ length: 100 }, (_, i) => a(i));
    expect(Array.from({ length: 100 }, (_, i) => b(99 - i)).reverse()).toEqual(forward);
  });

  it('stays below 1 in the last interval of a large block', () => {
    const block = 2 ** 31;
    const coordinate = latinHypercube(1, 'x', block);
    for (let i = 0; i < 1000; i++) expect(coordinate(i)).toBeLessThan(1);
  });
});
