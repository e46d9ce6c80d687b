import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { type FakeResults, fakeResults, normalVariable, spec } from '../../test/fakes/results.ts';
import { statusCode } from '../plan/table.ts';
import { normalCdf } from '../stats/distributions.ts';
import { answer } from './answer.ts';
import { terminalSummary } from './terminal.ts';

const BEND = 0.02;
const LIMIT = 3;
/** Of y = L + BEND L² with L = a + 2 b of variance 5: closed forms. */
const truth = {
  mean: 5 * BEND,
  sigma: Math.sqrt(5 + 2 * (5 * BEND) ** 2),
  yield: (() => {
    const root = Math.sqrt(1 + 4 * BEND * LIMIT);
    const at = (sign: number) => normalCdf((-1 + sign * root) / (2 * BEND) / Math.sqrt(5));
    return at(1) - at(-1);
  })(),
};

function monteCarlo(seed: number, rows: number): FakeResults {
  const { normal } = seeded(seed);
  const a = Float64Array.from({ length: rows }, normal);
  const b = Float64Array.from({ length: rows }, normal);
  const y = a.map((value, row) => {
    const linear = value + 2 * b[row]!;
    return linear + BEND * linear * linear;
  });
  return {
    plan: {
      variables: [normalVariable('a'), normalVariable('b')],
      specs: [spec('y', undefined, LIMIT)],
    },
    columns: { a, b, y },
  };
}

const controlledOf = async (fake: FakeResults) => (await answer(fakeResults(fake))).all.controlled;

describe('control variates', () => {
  it('intervals of mean, sigma and yield hold the truth as often as they say', async () => {
    const held = { mean: 0, sigma: 0, yield: 0 };
    const told = { mean: 0, sigma: 0, yield: 0 };
    for (let seed = 1; seed <= 300; seed++) {
      const { statistics, yields } = (await controlledOf(monteCarlo(seed, 300)))!;
      const found = { ...statistics[0]!, yield: yields[0]?.yield };
      for (const what of ['mean', 'sigma', 'yield'] as const) {
        const interval = found[what];
        if (!interval) continue;
        told[what]++;
        if (interval.low <= truth[what] && truth[what] <= interval.high) held[what]++;
      }
    }
    expect([told.mean, told.sigma]).toEqual([300, 300]);
    expect(told.yield).toBeGreaterThan(200);
    for (const what of ['mean', 'sigma', 'yield'] as const) {
      // four standard deviations of a binomial share of 0.95; a yield's interval is wider than it has to be
      const slack = 4 * Math.sqrt((0.95 * 0.05) / told[what]);
      expect(held[what] / told[what]).toBeGreaterThan(0.95 - slack);
      if (what !== 'yield') expect(held[what] / told[what]).toBeLessThan(0.95 + slack);
    }
  });

  it('are worth as many samples as the share of the variance that is not linear says', async () => {
    const { statistics } = (await controlledOf(monteCarlo(1, 4000)))!;
    // Var y over what the squares leave, 2 (5 BEND)²
    const expected = truth.sigma ** 2 / (2 * (5 * BEND) ** 2);
    expect(statistics[0]!.mean!.ratio / expected).toBeGreaterThan(0.7);
    expect(statistics[0]!.mean!.ratio / expected).toBeLessThan(1.4);
  });

  it('know the covariance of correlated variables', async () => {
    const { normal } = seeded(3);
    const [a, b] = [new Float64Array(500), new Float64Array(500)];
    for (let row = 0; row < 500; row++) {
      const [u, v] = [normal(), normal()];
      a[row] = u;
      b[row] = 0.8 * u + 0.6 * v;
    }
    const y = a.map((value, row) => value + b[row]!);
    const matrix = [
      [1, 0.8],
      [0.8, 1],
    ];
    const found = await controlledOf({
      plan: {
        variables: [normalVariable('a'), normalVariable('b')],
        correlations: [{ members: [0, 1], matrix }],
      },
      columns: { a, b, y },
    });
    expect(found!.statistics[0]!.mean!.value).toBeCloseTo(0, 9);
    expect(found!.statistics[0]!.sigma!.value).toBeCloseTo(Math.sqrt(3.6), 9);
  });

  it('are not told where a sample lacks the measurement, of Sobol points, or where they help little', async () => {
    const fake = monteCarlo(1, 300);
    const status = new Uint8Array(300);
    status[7] = statusCode('convergence');
    const lacking = (await controlledOf({ ...fake, status }))?.statistics ?? [];
    expect(lacking).toEqual([]);
    const sampling = { method: 'sobol', seed: 1, replicates: 4 } as const;
    expect(await controlledOf({ ...fake, plan: { ...fake.plan, sampling } })).toBeUndefined();
    const noise = fake.columns['y']!;
    const unrelated = { ...monteCarlo(2, 300).columns, y: noise };
    expect(await controlledOf({ ...fake, columns: unrelated })).toBeUndefined();
  });

  it('stand beside the plain figures in the terminal', async () => {
    const results = fakeResults(monteCarlo(1, 300));
    const text = terminalSummary(results, await answer(results), { color: false, width: 120 });
    expect(text).toMatch(/With control variates \(95 %; a linear model of 2 scores/);
    expect(text).toMatch(/^ {2}y .*\(\d+x\)/m);
  });
});
