import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quantileFunction } from './quantile.ts';
import type { Distribution } from './schema.ts';
import { scoreOf } from './score-of.ts';

const continuous: Distribution[] = [
  { kind: 'normal', mean: 3, sigma: 0.2 },
  { kind: 'lognormal', median: 2, sigma: 0.3 },
  { kind: 'uniform', low: -1, high: 4 },
  { kind: 'triangular', low: -1, mode: 0, high: 4 },
  { kind: 'triangular', low: 0, mode: 0, high: 1 },
  { kind: 'truncated-normal', mean: 1, sigma: 2, low: -2, high: 3 },
];

it.each(continuous)('the score of a value is the score it was drawn with: $kind', (distribution) => {
  const { ofScore } = quantileFunction(distribution);
  const back = scoreOf(distribution)!;
  fc.assert(
    fc.property(fc.double({ min: -4, max: 4, noNaN: true }), (z) => {
      expect(back(ofScore(z))).toBeCloseTo(z, 6);
    }),
  );
});

it('a value that several scores share has none', () => {
  expect(scoreOf({ kind: 'discrete', values: [0, 1], weights: [1, 1] })).toBeUndefined();
  expect(scoreOf({ kind: 'normal', mean: 1, sigma: 0 })).toBeUndefined();
});
