import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eigenvalues } from './correlations.ts';
import { compileDeck, measure, percent, RC, refusal } from './fixture.ts';

describe('correlations', () => {
  const group = (matrix: number[][], targets = ['R1', 'C1', 'vdd']) => ({
    vary: ['R1', 'C1', 'vdd'].map((target) => ({ target, distribution: percent(1) })),
    correlations: [{ targets, matrix }],
    measure: measure('v(out)', 'op'),
  });
  it('become indices of variables', async () => {
    const { plan } = await compileDeck(
      RC,
      group(
        [
          [1, 0.5],
          [0.5, 1],
        ],
        ['c1', 'VDD'],
      ),
    );
    expect(plan.correlations).toEqual([
      {
        members: [1, 2],
        matrix: [
          [1, 0.5],
          [0.5, 1],
        ],
      },
    ]);
  });
  it.each([
    [
      'not symmetric',
      [
        [1, 0.5, 0],
        [0.4, 1, 0],
        [0, 0, 1],
      ],
      'differ',
    ],
    [
      'no unit diagonal',
      [
        [2, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      'entry',
    ],
    [
      'contradictory',
      [
        [1, 0.9, -0.9],
        [0.9, 1, 0.9],
        [-0.9, 0.9, 1],
      ],
      '-0.8',
    ],
    [
      'too small',
      [
        [1, 0.5],
        [0.5, 1],
      ],
      'rows',
    ],
  ])('that are %s are refused', async (_, matrix, told) => {
    const error = await refusal(RC, group(matrix));
    expect(error.code).toBe('CORRELATION_INVALID');
    expect(error.message).toContain(told);
  });
  it('of what does not vary are refused', async () => {
    const error = await refusal(RC, {
      ...group(
        [
          [1, 0],
          [0, 1],
        ],
        ['R1', 'C1'],
      ),
      vary: [{ target: 'R1', distribution: percent(1) }],
    });
    expect(error.code).toBe('CORRELATION_INVALID');
  });
  it('eigenvalues sum to the trace and those of an equicorrelated matrix are 1 - r and 1 + (n - 1) r', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.double({ min: -0.9, max: 0.9, noNaN: true }), (n, r) => {
        const matrix = Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_, j) => (i === j ? 1 : r)),
        );
        const found = eigenvalues(matrix).sort((a, b) => a - b);
        const wanted = [...Array(n - 1).fill(1 - r), 1 + (n - 1) * r].sort((a, b) => a - b);
        for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i], 10);
      }),
    );
  });
});
