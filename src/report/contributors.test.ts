import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { fakeResults, normalVariable } from '../../test/fakes/results.ts';
import type { Variable } from '../plan/schema.ts';
import { answer } from './answer.ts';

const corner: Variable = {
  name: 'corner',
  unit: '',
  nominal: 0,
  labels: ['tt', 'ff', 'ss'],
  source: { kind: 'axis', axis: 0 },
};

/** y = 3 r1 + r2 + effect of the corner, with r's drawn once for all three corners. */
function crossed(effect: readonly number[], draws = 4000) {
  const { normal } = seeded(21);
  const r1 = Float64Array.from({ length: draws }, normal);
  const r2 = Float64Array.from({ length: draws }, normal);
  const over = (of: (draw: number, point: number) => number) =>
    Float64Array.from({ length: 3 * draws }, (_, i) => of(Math.floor(i / 3), i % 3));
  return fakeResults({
    plan: {
      variables: [normalVariable('r1'), normalVariable('r2'), corner],
      axes: [{ name: 'corner', length: 3, columns: [{ variable: 2, values: [0, 1, 2] }] }],
    },
    columns: {
      r1: over((j) => r1[j]!),
      r2: over((j) => r2[j]!),
      corner: over((_, point) => point),
      y: over((j, point) => 3 * r1[j]! + r2[j]! + effect[point]!),
    },
  });
}

describe('contributors', () => {
  it('divide the variance of a sum as its coefficients say', async () => {
    const { groups } = await answer(crossed([0, 0, 0]));
    const { rSquared, contributors } = groups[0]!.contributors[0]!;
    expect(rSquared).toBeCloseTo(1, 10);
    expect(contributors.map(({ variable }) => variable)).toEqual(['r1', 'r2', 'corner']);
    expect(contributors[0]?.share).toBeCloseTo(0.9, 1);
    expect(Math.abs(contributors[0]!.perSigma - 3)).toBeLessThan(0.1);
    // Pearson's r of the two is 3 / sqrt(10); Spearman's of a bivariate normal is 6/π asin(r / 2).
    expect(contributors[0]?.rankCorrelation).toBeCloseTo((6 / Math.PI) * Math.asin(3 / Math.sqrt(10) / 2), 1);
    expect(contributors[2]?.share).toBe(0);
  });

  it('give a categorical axis the variance between its labels', async () => {
    const { all } = await answer(crossed([0, 6, -6]));
    const { contributors, rSquared } = all.contributors[0]!;
    // between corners 2 · 36 / 3 = 24, within them 10
    expect(rSquared).toBeCloseTo(1, 9);
    expect(contributors[0]?.variable).toBe('corner');
    expect(Math.abs(contributors[0]!.share - 24 / 34)).toBeLessThan(0.02);
    expect(Math.abs(contributors[0]!.perSigma - Math.sqrt(24))).toBeLessThan(0.1);
    expect(contributors[0]?.rankCorrelation).toBeGreaterThan(0.7);
  });

  it('keep their rank correlations where some values are missing', async () => {
    const { normal } = seeded(8);
    const r1 = Float64Array.from({ length: 300 }, normal);
    const y = r1.map((x, i) => (i % 4 === 0 ? Number.NaN : Math.exp(x)));
    const z = r1.map((x) => -(x ** 3));
    const { all } = await answer(
      fakeResults({ plan: { variables: [normalVariable('r1')] }, columns: { r1, y, z, w: r1 } }),
    );
    expect(all.contributors.map(({ contributors }) => contributors[0]?.rankCorrelation)).toEqual([
      expect.closeTo(1, 9),
      expect.closeTo(-1, 9),
      expect.closeTo(1, 9),
    ]);
  });

  it('are empty for a measurement that does not vary', async () => {
    const r1 = Float64Array.from({ length: 50 }, (_, i) => i);
    const { all } = await answer(
      fakeResults({
        plan: { variables: [normalVariable('r1')] },
        columns: { r1, y: new Float64Array(50).fill(3) },
      }),
    );
    expect(all.contributors).toEqual([{ measurement: 'y', rSquared: 0, contributors: [] }]);
  });
});
