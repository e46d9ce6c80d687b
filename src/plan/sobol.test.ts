import { describe, expect, it } from 'vitest';
import { generatorRows, primitivePolynomials, tValue } from './digital-net.ts';
import { normalQuantile } from './normal.ts';
import { Stream } from './philox.ts';
import { SOBOL_DIMENSIONS, scrambledSobol, sobolDirections, sobolWord } from './sobol.ts';

const rowsOf = (dimension: number) => generatorRows(sobolDirections(dimension));

/** t by its definition: the smallest for which every elementary interval of area 2^(t-m) holds 2^t points. */
function tByCounting(a: Uint32Array, b: Uint32Array, m: number): number {
  const points = Array.from({ length: 2 ** m }, (_, i) => [sobolWord(a, i) >>> 0, sobolWord(b, i) >>> 0]);
  const top = (word: number, bits: number) => (bits === 0 ? 0 : word >>> (32 - bits));
  const even = (t: number) => {
    for (let d = 0; d <= m - t; d++) {
      const counts = new Map<string, number>();
      for (const [x, y] of points) {
        const box = `${top(x!, d)} ${top(y!, m - t - d)}`;
        counts.set(box, (counts.get(box) ?? 0) + 1);
      }
      if (counts.size !== 2 ** (m - t) || [...counts.values()].some((count) => count !== 2 ** t))
        return false;
    }
    return true;
  };
  let t = 0;
  while (!even(t)) t++;
  return t;
}

describe('direction numbers', () => {
  it('stand on as many primitive polynomials as there are: phi(2^n - 1) / n of degree n', () => {
    const degrees = primitivePolynomials(160).map((p) => 31 - Math.clz32(p));
    const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => degrees.filter((degree) => degree === n).length);
    expect(counts).toEqual([1, 1, 2, 2, 6, 6, 18, 16, 48]);
  });

  it('make every one-dimensional projection a (0, m, 1)-net', () => {
    for (let d = 0; d < SOBOL_DIMENSIONS; d++) {
      const directions = sobolDirections(d);
      // Direction number k is an odd multiple of 2^-(k+1): every 2^m points fill all 2^m intervals.
      for (const [k, word] of directions.entries()) {
        expect(((word >>> (31 - k)) & 1) === 1).toBe(true);
        expect(word % 2 ** (31 - k)).toBe(0);
      }
    }
  });

  it('have the t-values that counting points in boxes gives', () => {
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [3, 9],
      [17, 40],
      [100, 101],
    ] as const)
      for (const m of [3, 6, 8])
        expect(tValue(rowsOf(a), rowsOf(b), m)).toBe(tByCounting(sobolDirections(a), sobolDirections(b), m));
  });

  it('keep t low in the two-dimensional projections of the first dimensions', () => {
    const rows = Array.from({ length: 64 }, (_, d) => rowsOf(d));
    const worst = (count: number, m: number) => {
      let most = 0;
      for (let i = 0; i < count; i++)
        for (let j = 0; j < i; j++) most = Math.max(most, tValue(rows[i]!, rows[j]!, m));
      return most;
    };
    expect(worst(2, 10)).toBe(0);
    expect(worst(8, 10)).toBeLessThanOrEqual(4);
    expect(worst(20, 10)).toBeLessThanOrEqual(5);
    expect(worst(64, 10)).toBeLessThanOrEqual(7);
  });
});

describe('scrambled Sobol points', () => {
  it('stay a net in one dimension, in every replicate', () => {
    for (const dimension of [0, 1, 7, 255]) {
      const coordinate = scrambledSobol(3, `v${dimension}`, dimension, 4);
      for (let replicate = 0; replicate < 4; replicate++) {
        const bins = new Set(
          Array.from({ length: 256 }, (_, i) => Math.floor(coordinate(i * 4 + replicate) * 256)),
        );
        expect(bins.size).toBe(256);
      }
    }
  });

  it('stay a net in two dimensions: 16 x 16 boxes of the first two hold one point each', () => {
    const [x, y] = [scrambledSobol(1, 'x', 0, 1), scrambledSobol(1, 'y', 1, 1)];
    const boxes = new Set(
      Array.from({ length: 256 }, (_, i) => Math.floor(x(i) * 16) * 16 + Math.floor(y(i) * 16)),
    );
    expect(boxes.size).toBe(256);
  });

  it('are each uniform: the first point over many scrambles has the moments of a uniform number', () => {
    const n = 20_000;
    const coordinate = scrambledSobol(9, 'x', 5, n);
    const values = Array.from({ length: n }, (_, j) => coordinate(j));
    const mean = values.reduce((sum, v) => sum + v, 0) / n;
    const variance = values.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / n;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  });

  it('answer a draw the same whatever was asked before', () => {
    const [a, b] = [scrambledSobol(1, 'x', 3, 5), scrambledSobol(1, 'x', 3, 5)];
    const forward = Array.from({ length: 300 }, (_, i) => a(i));
    const backward = Array.from({ length: 300 }, (_, i) => b(299 - i)).reverse();
    expect(backward).toEqual(forward);
  });

  const DIMENSIONS = 8;
  /** Product of 1 + (x - 1/2)/2: smooth, integral 1, variance (1 + 1/48)^8 - 1. */
  const smooth = (x: readonly number[]) => x.reduce((product, xi) => product * (1 + (xi - 0.5) / 2), 1);

  function replicateMeans(points: number, replicates: number, f: (x: readonly number[]) => number): number[] {
    const coordinates = Array.from({ length: DIMENSIONS }, (_, d) =>
      scrambledSobol(2, `v${d}`, d, replicates),
    );
    return Array.from({ length: replicates }, (_, r) => {
      let sum = 0;
      for (let i = 0; i < points; i++) sum += f(coordinates.map((of) => of(i * replicates + r)));
      return sum / points;
    });
  }

  const variance = (values: readonly number[], mean: number) =>
    values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;

  it('are unbiased: replicate means scatter around the integral of a closed form', () => {
    const replicates = 64;
    for (const [f, integral] of [
      [smooth, 1],
      [(x: readonly number[]) => normalQuantile(x[0]!) * normalQuantile(x[3]!) + x[5]! ** 2, 1 / 3],
    ] as const) {
      const means = replicateMeans(32, replicates, f);
      const mean = means.reduce((sum, m) => sum + m, 0) / replicates;
      const error = Math.sqrt(variance(means, mean) / replicates);
      expect(Math.abs(mean - integral)).toBeLessThan(5 * error);
    }
  });

  it('have at most a hundredth of the variance of plain Monte Carlo on a smooth 8-dimensional function', () => {
    const points = 1024;
    const plain = ((1 + 1 / 48) ** DIMENSIONS - 1) / points;
    const scrambled = variance(replicateMeans(points, 32, smooth), 1);
    expect(plain / scrambled).toBeGreaterThan(100);
  });

  it('keep coordinates uncorrelated across scrambles', () => {
    const n = 4000;
    const [x, y] = [scrambledSobol(4, 'x', 1, n), scrambledSobol(4, 'y', 2, n)];
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (x(j) - 0.5) * (y(j) - 0.5) * 12;
    expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(new Stream(4, 'x', 'draw').uniform(0)).not.toBe(x(0));
  });
});
