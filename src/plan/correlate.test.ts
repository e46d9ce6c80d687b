import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { choleskyFactor, correlateScores } from './correlate.ts';

const product = (factor: Float64Array, n: number) =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += factor[i * n + k]! * factor[j * n + k]!;
      return sum;
    }),
  );

function expectClose(a: readonly (readonly number[])[], b: readonly (readonly number[])[], digits = 9): void {
  for (const [i, row] of a.entries())
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(b[i]![j]!, digits);
}

describe('Cholesky factor of a correlation matrix', () => {
  it('multiplies back to any matrix of correlations of real vectors, also where they depend on one another', () => {
    const entry = fc.integer({ min: -100, max: 100 });
    const leading = fc.constantFrom(-100, -40, 25, 90);
    const vectors = fc
      .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 0, max: 5 }))
      .chain(([n, more]) =>
        fc.array(
          fc
            .tuple(leading, fc.array(entry, { minLength: more, maxLength: more }))
            .map(([first, rest]) => [first, ...rest]),
          { minLength: n, maxLength: n },
        ),
      );
    fc.assert(
      fc.property(vectors, (rows) => {
        const lengths = rows.map((row) => Math.hypot(...row));
        const matrix = rows.map((a, i) =>
          rows.map((b, j) => {
            if (i === j) return 1;
            const dot = a.reduce((sum, ak, k) => sum + ak * b[k]!, 0) / (lengths[i]! * lengths[j]!);
            return Math.max(-1, Math.min(1, dot));
          }),
        );
        // Dot products add in one order whichever comes first, so the matrix is symmetric to the bit.
        expectClose(product(choleskyFactor(matrix), matrix.length), matrix, 4);
      }),
      { numRuns: 300 },
    );
  });

  it('takes complete dependence: two scores that are one, and one that mirrors another', () => {
    const factor = choleskyFactor([
      [1, 1, -1],
      [1, 1, -1],
      [-1, -1, 1],
    ]);
    const scores = Float64Array.of(0.7, 5, 9);
    correlateScores(factor, scores);
    expect([...scores]).toEqual([0.7, 0.7, -0.7]);
  });

  it('leaves the first score as it is', () => {
    const scores = Float64Array.of(1.25, -0.5);
    correlateScores(
      choleskyFactor([
        [1, 0.6],
        [0.6, 1],
      ]),
      scores,
    );
    expect(scores[0]).toBe(1.25);
    expect(scores[1]).toBeCloseTo(0.6 * 1.25 - 0.5 * 0.8, 15);
  });

  it.each([
    [
      'contradictory',
      [
        [1, 0.9, -0.9],
        [0.9, 1, 0.9],
        [-0.9, 0.9, 1],
      ],
    ],
    [
      'asymmetric',
      [
        [1, 0.5],
        [0.4, 1],
      ],
    ],
    [
      'without ones on its diagonal',
      [
        [1, 0],
        [0, 2],
      ],
    ],
    [
      'beyond 1',
      [
        [1, 1.5],
        [1.5, 1],
      ],
    ],
    ['not square', [[1, 0], [0]]],
    [
      'not a number',
      [
        [1, Number.NaN],
        [Number.NaN, 1],
      ],
    ],
  ])('refuses a matrix that is %s', (_, matrix) => {
    expect(() => choleskyFactor(matrix)).toThrow(SpiceLabError);
  });
});
