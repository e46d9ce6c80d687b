import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { type ImportanceSampling, importanceDraws } from './importance.ts';
import { normalCdf } from './normal.ts';
import { createSampler, type SamplerPlan } from './sampler.ts';
import type { Distribution, Shift } from './schema.ts';
import { scoreSpace } from './score-space.ts';

const normal: Distribution = { kind: 'normal', mean: 0, sigma: 1 };
const coin: Distribution = { kind: 'discrete', values: [0, 1], weights: [1, 1] };

function planOf(
  distributions: readonly Distribution[],
  shifts: Shift[],
  { replicates = 0, correlation }: { replicates?: number; correlation?: number } = {},
): SamplerPlan & { sampling: ImportanceSampling } {
  return {
    variables: distributions.map((distribution, k) => ({
      name: `x${k}`,
      unit: '',
      nominal: 0,
      source: { kind: 'random', distribution },
    })),
    axes: [],
    correlations:
      correlation === undefined
        ? []
        : [
            {
              members: [0, 1],
              matrix: [
                [1, correlation],
                [correlation, 1],
              ],
            },
          ],
    sampling: { method: 'importance', seed: 7, replicates, shifts, searched: 0, reach: 6, unreached: [] },
  };
}

/** Mean of weight x f over the draws. */
function weightedMean(
  plan: SamplerPlan & { sampling: ImportanceSampling },
  draws: number,
  f: (values: Float64Array) => number,
): number {
  const space = scoreSpace(plan);
  const drawn = importanceDraws(space, plan.sampling);
  const scores = new Float64Array(space.coordinates.length);
  const { values } = createSampler(plan).batch(0, draws);
  const width = plan.variables.length;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    drawn.scores(draw, scores);
    sum += drawn.weight(scores) * f(values.subarray(draw * width, (draw + 1) * width));
  }
  return sum / draws;
}

const shiftTo = (at: readonly number[], weight = 0.9): Shift => ({
  weight,
  shift: at.map((by, variable) => ({ variable, by })),
});
const defensive: Shift = { weight: 0.1, shift: [] };

describe('importance sampling', () => {
  it.each([0, 8])('weights make the tail of a half space right again (%i replicates)', (replicates) => {
    const at = [3, -4 * 0.6, 4 * 0.8];
    const distance = Math.hypot(...at);
    const plan = planOf([normal, normal, normal], [shiftTo(at), defensive], { replicates });
    const tail = weightedMean(plan, 4096, (x) =>
      (x[0]! * at[0]! + x[1]! * at[1]! + x[2]! * at[2]!) / distance > distance ? 1 : 0,
    );
    // the relative standard error of 4096 pseudo-random draws is 4 %
    expect(tail / normalCdf(-distance)).toBeCloseTo(1, replicates > 0 ? 1 : 0.5);
  });

  it('draws correlated groups in the space of their independent scores', () => {
    const correlation = 0.6;
    // x0 + x1 has the standard deviation sqrt(2 + 2 r), and its most probable point of 5 sigma in the independent scores
    const [a, b] = [1 + correlation, Math.sqrt(1 - correlation ** 2)];
    const sigma = Math.sqrt(2 + 2 * correlation);
    expect(Math.hypot(a, b)).toBeCloseTo(sigma, 12);
    const at = [(5 * a) / sigma, (5 * b) / sigma];
    const plan = planOf([normal, normal], [shiftTo(at), defensive], { replicates: 8, correlation });
    const tail = weightedMean(plan, 4096, (x) => (x[0]! + x[1]! > 5 * sigma ? 1 : 0));
    expect(tail / normalCdf(-5)).toBeCloseTo(1, 1);
  });

  it('counts no draw for more than the share of the unshifted density allows', () => {
    const plan = planOf([normal, normal], [shiftTo([5, 0]), defensive]);
    const { weight } = importanceDraws(scoreSpace(plan), plan.sampling);
    for (const z of [-8, -4, 0, 2.5, 5]) expect(weight([z, 1])).toBeLessThanOrEqual(10);
    expect(weight([-8, 1])).toBeCloseTo(10, 6);
  });

  it('a sample is the same in whatever batch it is asked for', () => {
    const plan = planOf([normal, coin, normal], [{ weight: 1, shift: [{ variable: 2, by: 4 }] }], {
      replicates: 4,
    });
    const sampler = createSampler(plan);
    const whole = sampler.batch(0, 64).values;
    for (let sample = 63; sample >= 0; sample--)
      expect([...sampler.batch(sample, sample + 1).values]).toEqual([
        ...whole.subarray(3 * sample, 3 * sample + 3),
      ]);
  });

  it('leaves variables of a few values as they are, and refuses to shift them', () => {
    const kept = planOf([coin, normal], [{ weight: 1, shift: [{ variable: 1, by: 5 }] }]);
    const { values } = createSampler(kept).batch(0, 2000);
    const heads = values.filter((_, k) => k % 2 === 0).reduce((sum, value) => sum + value, 0);
    // four standard deviations of 2000 fair tosses
    expect(Math.abs(heads - 1000)).toBeLessThan(4 * Math.sqrt(500));
    expect(() => createSampler(planOf([coin, normal], [shiftTo([1, 1])]))).toThrow(SpiceLabError);
  });
});
