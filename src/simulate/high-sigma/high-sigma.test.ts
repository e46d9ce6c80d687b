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

/** y = a + 2b - 2c over normal variables of sigma 1: failing is a half space. */
const linear: StudyInput = {
  deck: { text: 'formula\n.param a=0 b=0 c=0 y={a+2*b-2*c}\n.op\n.end\n' },
  vary: { a: 'normal(0,1)', b: 'normal(0,1)', c: 'normal(0,1)' },
  measure: { y: 'a+2*b-2*c' },
  specs: ['y<15'],
  highSigma: 5,
};
const run = (input: StudyInput, name: string) =>
  highSigma(monteCarlo(input), { engine: 'formula', workers: 1, out: join(folder, name) });

describe('high sigma', () => {
  it('a linear response: the normal tail, from a thousand simulations in all', async () => {
    const { simulation, searched } = await run(linear, 'linear');
    const { failure, all } = simulation!.answers;
    const { probability, relativeError, sigma } = failure!.specs[0]!.failuresIgnored;
    expect(searched + all.rows).toBeLessThanOrEqual(1000);
    expect(probability.low).toBeLessThan(normalCdf(-5));
    expect(probability.high).toBeGreaterThan(normalCdf(-5));
    expect(sigma.value).toBeCloseTo(5, 1);
    expect(relativeError).toBeLessThan(0.1);
    expect(failure!.warnings).toEqual([]);
  });
});
