import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StudyInput, tolerances } from '../study/index.ts';
import { sensitivity, worstCase } from './index.ts';

/** y = a + s b: the corner decides which way b pulls. */
const deck = { text: 'formula\n.param a=1 b=2 s=1 y={a+s*b}\n.op\n.end\n' };
const input: StudyInput = {
  deck,
  vary: { a: 'uniform(10%)', b: 'uniform(10%)' },
  corners: ['up: s=1', 'down: s=-1'],
  measure: { y: 'a+s*b' },
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spicelab-tolerances-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const options = (name: string) => ({ engine: 'formula', workers: 1, out: join(folder, name) });

describe('tolerances over corners', () => {
  it('a sensitivity is told at each corner', async () => {
    const { sensitivities } = await sensitivity(tolerances(input), options('slopes'));
    const told = sensitivities.map(({ at, variable, absolute }) => [
      at,
      variable,
      Number(absolute.toFixed(9)),
    ]);
    expect(told).toEqual([
      ['corner=up', 'a', 1],
      ['corner=up', 'b', 1],
      ['corner=down', 'a', 1],
      ['corner=down', 'b', -1],
    ]);
  });

  it('a worst case is the worst of all corners, and names the corner', async () => {
    const { cases, method } = await worstCase(tolerances(input), options('extremes'));
    expect(method).toBe('all extremes');
    expect(cases[0]!.least.value).toBeCloseTo(0.9 - 2.2, 12);
    expect(cases[0]!.least.at['corner']).toBe('down');
    expect(cases[0]!.greatest.value).toBeCloseTo(1.1 + 2.2, 12);
    expect(cases[0]!.greatest.at['corner']).toBe('up');
  });

  it('with too many tolerances it follows the signs of every corner, which may differ', async () => {
    const names = Array.from({ length: 13 }, (_, k) => `p${k}`);
    const many = {
      text: `formula\n.param s=1 ${names.map((name) => `${name}=1`).join(' ')}\n.op\n.end\n`,
    };
    const study = tolerances({
      ...input,
      deck: many,
      vary: Object.fromEntries(names.map((name) => [name, 'uniform(10%)'])),
      measure: { y: `s*(${names.join('+')})` },
    });
    const { cases, method } = await worstCase(study, options('directed'));
    expect(method).toBe('directed by sensitivity');
    expect(cases[0]!.least.value).toBeCloseTo(-13 * 1.1, 9);
    expect(cases[0]!.greatest.value).toBeCloseTo(13 * 1.1, 9);
  });
});
