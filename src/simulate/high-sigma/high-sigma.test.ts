import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalCdf } from '../../plan/index.ts';
import { monteCarlo, type StudyInput } from '../../study/index.ts';
import { highSigma } from '../index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-high-sigma-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** y = a + 2b - 2c over normal variables of sigma 1: failing is a half space, and the sigma of y is 3. */
const linear: StudyInput = {
  deck: { text: 'formula\n.param a=0 b=0 c=0 y={a+2*b-2*c}\n.op\n.end\n' },
  vary: { a: 'normal(0,1)', b: 'normal(0,1)', c: 'normal(0,1)' },
  measure: { y: 'a+2*b-2*c' },
  specs: ['y<15'],
  highSigma: 5,
};
const run = (input: StudyInput, name: string) =>
  highSigma(monteCarlo(input), { engine: 'formula', workers: 1, out: join(folder, name) });

async function failureOf(input: StudyInput, name: string) {
  const { simulation, searched } = await run(input, name);
  const { failure, all } = simulation!.answers;
  expect(searched + all.rows).toBeLessThanOrEqual(1000);
  return { ...failure!.specs[0]!.failuresIgnored, failure: failure! };
}

/** Five standard errors: a false alarm in millions, were the seed another. */
function expectNear(found: { probability: { value: number }; relativeError: number }, truth: number): void {
  expect(Math.abs(found.probability.value / truth - 1)).toBeLessThan(5 * found.relativeError);
  expect(found.relativeError).toBeLessThan(0.1);
}

describe('high sigma', () => {
  it('a linear response: the normal tail within 10 %, from a thousand simulations in all', async () => {
    const found = await failureOf(linear, 'linear');
    expectNear(found, normalCdf(-5));
    expect(found.sigma.value).toBeCloseTo(5, 1);
    expect(found.failure.warnings).toEqual([]);
    expect(found.failure.regions[0]!.at.map(({ variable }) => variable)).toContain('b');
  });

  it('pseudo-random draws tell the same, less exactly', async () => {
    const found = await failureOf({ ...linear, sampling: 'random' }, 'random');
    expectNear(found, normalCdf(-5));
  });

  it('both limits of a spec, and says that there are two regions', async () => {
    const found = await failureOf({ ...linear, specs: ['-14.4 < y < 15'] }, 'two-sided');
    expectNear(found, normalCdf(-5) + normalCdf(-4.8));
    expect(found.failure.regions).toHaveLength(2);
    expect(found.failure.warnings.join()).toMatch(/2 failure regions/);
  });

  it('correlated variables', async () => {
    // Var(a + 2b - 2c) with r(b, c) = 0.5 is 1 + 8 - 2 * 4 * 0.5 = 5
    const found = await failureOf(
      { ...linear, correlate: ['b,c=0.5'], specs: [`y<${5 * Math.sqrt(5)}`] },
      'correlated',
    );
    expectNear(found, normalCdf(-5));
  });

  it('a square, which fails at both ends', async () => {
    const found = await failureOf({ ...linear, measure: { y: 'a*a' }, specs: ['y<25'] }, 'square');
    expectNear(found, 2 * normalCdf(-5));
  });

  it('variables that are not normal', async () => {
    // exp(0.1 a) < exp(0.5): five sigma of the logarithm
    const found = await failureOf(
      { ...linear, vary: { a: 'lognormal(1,0.1)' }, measure: { y: 'a' }, specs: [`y<${Math.exp(0.5)}`] },
      'lognormal',
    );
    expectNear(found, normalCdf(-5));
  });

  it('asked again it simulates nothing again', async () => {
    const { simulation } = await run(linear, 'linear');
    expect(simulation!.results.sessions.map(({ simulated }) => simulated)).toEqual([
      simulation!.results.counted,
      0,
    ]);
  });

  it('a limit beyond reach: no estimate rather than a wrong one', async () => {
    const found = await run({ ...linear, specs: ['y<30'] }, 'beyond');
    expect(found.simulation).toBeUndefined();
    expect(found.unreached).toEqual(['y<30']);
  });

  it('a spec that is not reached beside one that is: the answer says so', async () => {
    const found = await run({ ...linear, specs: ['y<15', 'y>-40'] }, 'one-beyond');
    expect(found.simulation!.answers.failure!.warnings.join()).toMatch(/y>-40: the search met no failure/);
  });

  it.each([
    ['no spec', { specs: [] }, /no spec/],
    ['a nominal circuit that fails', { specs: ['y<-1'] }, /nominal circuit does not meet y<-1/],
    ['corners', { corners: ['up: a=1', 'down: a=-1'], vary: { b: 'normal(0,1)' } }, /one point/],
    ['Latin hypercubes', { sampling: 'lhs' }, /Latin hypercubes/],
    ['nothing continuous', { vary: { a: 'discrete(0:1, 1:1)' } }, /continuously/],
    ['a level out of range', { highSigma: 40 }, /no sigma level/],
  ] as [string, Partial<StudyInput>, RegExp][])('refuses %s', async (name, change, message) => {
    await expect(async () => run({ ...linear, ...change }, name)).rejects.toThrow(message);
  });
});
