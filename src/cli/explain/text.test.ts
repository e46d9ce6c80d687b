import { describe, expect, it } from 'vitest';
import type { Explained, ExplainedVariable } from './explained.ts';
import { explanationText } from './text.ts';

const draw = (name: string, parts: Partial<ExplainedVariable> = {}): ExplainedVariable => ({
  name,
  kind: 'draw',
  class: 'mismatch',
  nominal: 0,
  unit: '',
  distribution: { kind: 'normal', mean: 0, sigma: 2e-3 },
  sigma: 2e-3,
  rung: 'direct',
  why: 'alter',
  reaches: [`${name.split('.')[0]}.m0[delvto]`],
  ...parts,
});

const explained = (parts: Partial<Explained>): Explained => ({
  type: 'explanation',
  title: 'An OTA',
  plan: { id: 'abc', bytes: 1000, circuits: 1 },
  variables: [],
  deck: { dead: [], held: [], tied: [], switches: [], kept: [] },
  analyses: ['op'],
  measurements: [{ name: 'vos', unit: 'V', analysis: 'op', how: 'v(out)' }],
  specs: [],
  notices: [],
  ...parts,
});

describe('the explanation on a terminal', () => {
  it('tells the class, distribution, sigma and rung of a draw, and what it reaches', () => {
    const text = explanationText(explained({ variables: [draw('xm1.mis_vth')] }));
    expect(text).toMatch(/xm1\.mis_vth +mismatch +0 +direct +normal +2m +xm1\.m0\[delvto\] +alter/);
    expect(text).toContain('draws of the deck: 1 vary (0 process, 1 mismatch), 0 held, 0 dead');
  });

  it('tells many draws of one kind in one row, with the range of their sigma', () => {
    const many = Array.from({ length: 40 }, (_, k) => draw(`xm${k}.mis_vth`, k === 0 ? { sigma: 1e-3 } : {}));
    const text = explanationText(explained({ variables: [...many, draw('mc_vth', { class: 'process' })] }));
    expect(text).toMatch(
      /\*\.mis_vth +40 +mismatch +0 +direct +normal +1m to 2m +xm0.m0\[delvto\], .* and 37 more +alter$/m,
    );
    expect(text).toMatch(/^mc_vth +1 +process/m);
  });

  it('groups by the last name alone: brackets belong to it, counts of further draws do not', () => {
    const many = ['m0[w]', 'm0[w]#2', 'r1[a.b]'].flatMap((name) =>
      Array.from({ length: 12 }, (_, k) => draw(`x${k}.${name}`)),
    );
    const text = explanationText(explained({ variables: many }));
    expect(text).toMatch(/^\*\.m0\[w\] +24 /m);
    expect(text).toMatch(/^\*\.r1\[a\.b\] +12 /m);
  });

  it('says what was set, held and dead, and how much of the deck the circuit needs', () => {
    const text = explanationText(
      explained({
        deck: {
          switches: [{ name: 'sw_stat_mismatch', value: 0, set: 1, gates: ['mis_vth'] }],
          held: [{ name: 'mc_vth', count: 2, why: 'process is not asked for' }],
          dead: [{ name: '*.mc_ua', count: 30, why: 'sigma 0', place: { file: 'gf.lib', line: 7 } }],
          tied: [],
          kept: [{ what: 'models', kept: 4, of: 210 }],
        },
      }),
    );
    expect(text).toMatch(/sw_stat_mismatch +0 +1 +mis_vth/);
    expect(text).toMatch(/mc_vth +2 +process is not asked for/);
    expect(text).toMatch(/\*\.mc_ua +30 +sigma 0 +gf\.lib:7/);
    expect(text).toContain('kept of the deck: 4 of 210 models');
    expect(text).toContain('nothing varies');
  });

  it('leaves out what a deck without statistics has nothing of', () => {
    const text = explanationText(
      explained({ variables: [draw('R1', { class: undefined, kind: 'instance', reaches: [] })] }),
    );
    expect(text).not.toMatch(/draws|switch|held|dead|kept|reaches|count/);
  });
});
