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

describe('tolerances that the deck draws itself', () => {
  /** R1 draws in its own line; g is a .param that R2 and R3 draw anew: names that are targets too. */
  const drawing = {
    text: [
      'divider',
      '.param g=agauss(1, 0.03, 3)',
      'V1 in 0 1',
      'R1 in out {1k*agauss(1, 0.06, 3)}',
      'R2 out 0 {2k*g}',
      'R3 out 0 {2k*g}',
      '.op',
      '.end',
    ].join('\n'),
  };
  const own = (name: string) => ({ engine: 'wasm', workers: 1, out: join(folder, name) });
  const at = (r1: number, g: number, other = g) => {
    const parallel = (2000 * g * other) / (g + other);
    return parallel / (1000 * r1 + parallel);
  };

  it('move by their sigma in a sensitivity, each draw of a name apart', async () => {
    const study = tolerances({ deck: drawing, measure: { vout: 'op:v(out)' } });
    const { sensitivities } = await sensitivity(study, own('own-slopes'));
    const swings = new Map(sensitivities.map(({ variable, swing }) => [variable, swing]));
    expect([...swings.keys()].sort()).toEqual(['g', 'g#2', 'r1']);
    expect(swings.get('r1')).toBeCloseTo(at(1.02, 1) - at(0.98, 1), 9);
    expect(swings.get('g#2')).toBeCloseTo(at(1, 1, 1.01) - at(1, 1, 0.99), 9);
  });

  it('go to three sigma in a worst case, tied ones together, and not at all where the study holds them', async () => {
    const study = tolerances({ deck: drawing, statistics: { tie: 'g' }, measure: { vout: 'op:v(out)' } });
    const { cases, results } = await worstCase(study, own('own-extremes'));
    expect(results.counted).toBe(5);
    expect(cases[0]!.least.value).toBeCloseTo(at(1.06, 0.97), 9);
    expect(cases[0]!.greatest.at).toEqual({ r1: expect.closeTo(0.94, 12), g: expect.closeTo(1.03, 12) });
    const held = tolerances({
      deck: drawing,
      vary: { V1: 'uniform(10%)' },
      statistics: 'none',
      measure: { vout: 'op:v(out)' },
    });
    const { cases: alone } = await worstCase(held, own('own-held'));
    expect(Object.keys(alone[0]!.least.at)).toEqual(['V1']);
  });
});
