import { describe, expect, it } from 'vitest';
import { around, percent, studyOf } from '../../src/compile/fixture.ts';
import { allReload, type Compiled, compileStudy, stepDown } from '../../src/compile/index.ts';
import { ENGINES } from '../../src/engines/index.ts';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import { createSampler, type Plan, type Table } from '../../src/plan/index.ts';
import type { Study } from '../../src/study/schema.ts';
import { benchmarkDeck, gf180Devices, hasModels, sky130Devices } from './pdk-decks.ts';
import { expectClose } from './rungs.ts';

const ROWS = 4;
const AGREEMENT = 1e-9;
const hasLibrary = await libngspice.find({});
if (!hasLibrary) console.warn('skipped: libngspice is not installed');

async function rowsOf(plan: Plan, name: string): Promise<Table> {
  const engine = await ENGINES.find((kind) => kind.name === name)!.open({});
  try {
    await engine.load(plan);
    return await engine.run(createSampler(plan).batch(0, ROWS));
  } finally {
    await engine.close();
  }
}

function expectEqual(plan: Plan, fast: Table, slow: Table): void {
  expect([...fast.messages.values()]).toEqual([]);
  expect([...slow.messages.values()]).toEqual([]);
  for (const [k, { name }] of plan.measurements.entries())
    fast.columns[k]!.forEach((value, row) => {
      expectClose(`${name} of sample ${row}`, value, slow.columns[k]![row]!, AGREEMENT);
    });
}

async function expectRungsToAgree(compiled: Compiled, engine = 'libngspice'): Promise<Table> {
  const fast = await rowsOf(compiled.plan, engine);
  expectEqual(compiled.plan, fast, await rowsOf(allReload(compiled.plan), engine));
  return fast;
}

const TIGHT = '.options reltol=1e-10 abstol=1e-18 vntol=1e-13 chgtol=1e-20 gmin=1e-15';

/** A value that varies by 5 %: drawn, copied from a drawn one, or computed from one. */
const drawn = (value: string) => `{agauss(${value}, 0.05*${value}, 1)}`;

const OUT: Study['measure'] = [{ name: 'out', expression: 'v(out)' }];

const study = (lines: readonly string[], parts: Partial<Study>): Study =>
  studyOf([TIGHT, ...lines], { samples: ROWS, ...parts });

describe.skipIf(!hasLibrary)('what a loaded circuit is told is what a new one would be', () => {
  it.each<[string, string[], string[], string[]]>([
    [
      'passive devices',
      [
        'V1 in 0 1 ac 1',
        `R1 in a ${drawn('1k')} tc1=${drawn('1m')}`,
        `R2 a 0 rmod l=${drawn('10u')} w=${drawn('1u')}`,
        `.model rmod r rsh=${drawn('100')} tc1=1m`,
        `R3 a b r=${drawn('2k')} m=${drawn('2')}`,
        `C1 b 0 ${drawn('1n')}`,
        `C2 a 0 cmod l=${drawn('10u')} w=5u`,
        `.model cmod c cj=${drawn('1m')} cjsw=${drawn('1n')}`,
        `L1 b c ${drawn('1m')}`,
        `L2 d 0 ${drawn('2m')}`,
        `K1 L1 L2 ${drawn('0.5')}`,
        'R4 c 0 50',
        `R5 d 0 ${drawn('75')} temp=${drawn('50')}`,
        '.op',
        '.ac dec 3 1k 1meg',
      ],
      ['op:v(a)', 'op:v(b)', 'ac:max(vm(d))', 'ac:max(vm(c))', 'ac:min(vm(b))'],
      ['k1'],
    ],
    [
      'sources',
      [
        `V1 in 0 dc ${drawn('1')} ac ${drawn('1')} ${drawn('30')}`,
        'R1 in a 1k',
        `I1 0 a ${drawn('1m')}`,
        `E1 b 0 a 0 ${drawn('2')}`,
        'R2 b 0 1k',
        `G1 0 c a 0 ${drawn('1m')}`,
        'R3 c 0 1k',
        `F1 0 d V1 ${drawn('3')}`,
        'R4 d 0 1k',
        `H1 e 0 V1 ${drawn('100')}`,
        'R5 e 0 1k',
        'C1 a 0 1n',
        '.op',
        '.ac dec 3 1k 1meg',
      ],
      ['op:v(a)', 'op:v(b)', 'op:v(c)', 'op:v(d)', 'op:v(e)', 'ac:max(vm(b))', 'ac:max(vp(e))'],
      [],
    ],
    [
      'semiconductors and their models',
      [
        'V1 vdd 0 3',
        'V2 g 0 1.2 ac 1',
        'R1 vdd a 10k',
        `M1 a g 0 0 nm w=${drawn('10u')} l=${drawn('1u')} ad=${drawn('10p')} m=${drawn('2')}`,
        `.model nm nmos level=1 vto=${drawn('0.5')} kp=${drawn('50u')} lambda=0.02 cgso=${drawn('0.3n')} tox=20n`,
        'R2 vdd b 10k',
        'M2 b g 0 0 n8 w=10u l=1u',
        `.model n8 nmos level=8 version=3.3.0 vth0=${drawn('0.6')} u0=${drawn('400')} tox=${drawn('9n')}`,
        'R3 vdd c 10k',
        `M3 c g 0 0 n14 w=10u l=${drawn('1u')} nf=2 delvto=${drawn('10m')} mulu0=${drawn('1')} sa=${drawn('1u')} sb=1u`,
        `.model n14 nmos level=14 version=4.5 vth0=${drawn('0.5')} toxe=${drawn('4n')} u0=${drawn('0.04')}`,
        'R4 vdd q 20k',
        'R5 vdd e 1meg',
        `Q1 q e 0 qm area=${drawn('2')}`,
        `.model qm npn bf=${drawn('100')} is=${drawn('1f')} vaf=${drawn('50')} cje=${drawn('1p')} rb=${drawn('100')}`,
        'R6 vdd d 10k',
        `D1 d 0 dm area=${drawn('3')}`,
        `.model dm d is=${drawn('1f')} n=${drawn('1.1')} rs=${drawn('10')} cjo=${drawn('1p')}`,
        'R7 vdd j 1k',
        `J1 j 0 0 jm area=${drawn('1')}`,
        `.model jm njf vto=${drawn('-1')} beta=${drawn('1m')}`,
        '.op',
        '.ac dec 3 1meg 1g',
      ],
      ['op:v(a)', 'op:v(b)', 'op:v(c)', 'op:v(q)', 'op:v(d)', 'op:v(j)', 'ac:min(vm(a))', 'ac:min(vm(c))'],
      ['j1[area]'],
    ],
    [
      'values that only a new circuit takes',
      [
        `V1 in 0 pulse(0 ${drawn('1')} 1n 1n 1n 1u 2u)`,
        'R1 in a 1k',
        `C1 a 0 1n ic=${drawn('0.2')}`,
        'R2 a b 1k',
        'C2 b 0 1n',
        '.ic v(b)={vb}',
        '.param vb=xb xb=agauss(0.1, 10m, 1)',
        `B1 c 0 v=v(a)*${drawn('2')}`,
        'R3 c 0 1k',
        'V2 vd 0 1',
        'R4 vd d 1k',
        'D1 d 0 dm',
        '.param rd=agauss(0, 10, 1)',
        '.model dm d is=1f rs={abs(rd)}',
        'X1 vd 0 cell m={mult}',
        '.param mult=xm xm=agauss(2, 0.1, 1)',
        '.subckt cell p q',
        'R1 p q 1k',
        '.ends',
        '.tran 10n 2u uic',
      ],
      ['max(v(a))', 'max(v(b))', 'max(v(c))', 'max(v(d))', 'avg(i(v2))'],
      ['v1', 'c1[ic]', 'xb', 'b1', 'rd', 'xm'],
    ],
  ])('%s', async (_, lines, expressions, slow) => {
    const measure = expressions.map((text, i) => {
      const [, analysis, expression = ''] = /^(?:(\w+):)?(.+)$/.exec(text)!;
      return { name: `m${i}`, expression, analysis };
    });
    const compiled = await compileStudy(study(lines, { measure }));
    const others = compiled.explanation.filter(({ rung }) => rung !== 'direct');
    expect(others.map(({ variable }) => variable)).toEqual(slow);
    const table = await expectRungsToAgree(compiled);
    for (const column of table.columns) expect(new Set(column).size).toBe(ROWS);
  });

  it('whatever part of the variables is stepped down', async () => {
    const lines = [
      '.param g=agauss(1k, 50, 1) h=g k={2*h} vdd=2',
      '.subckt cell a b r=1k',
      '.param own=agauss(1, 0.05, 1)',
      'R1 a b {r*own}',
      'R2 a b {k}',
      'R3 a b {g}',
      '.ends',
      '.subckt pair a b s=1',
      'X1 a m cell r={s*1k}',
      'X2 m b cell',
      '.ends',
      'V1 in 0 {vdd}',
      'X1 in out pair s={h/1k}',
      'X2 out 0 pair',
      'X3 in out pair',
      '.op',
    ];
    const vary = [
      { target: 'vdd', distribution: percent(5) },
      { target: 'x2.x1.r', distribution: percent(5) },
    ];
    const compiled = await compileStudy(study(lines, { vary, measure: OUT }));
    const { plan } = compiled;
    expect(compiled.explanation.every(({ rung }) => rung === 'direct')).toBe(true);
    const slow = await rowsOf(allReload(plan), 'libngspice');
    const names = plan.variables.map(({ name }) => name);
    expect(names.length).toBe(2 + 1 + 6 + 6);
    for (let k = 0; k <= names.length; k += 3)
      expectEqual(plan, await rowsOf(stepDown(plan, names.slice(0, k)), 'libngspice'), slow);
    for (const name of names.slice(0, 5))
      expectEqual(plan, await rowsOf(stepDown(plan, [name]), 'libngspice'), slow);
  });

  it('a draw that the study sets, ties and sweeps follow the circuit', async () => {
    const lines = [
      '.param g=agauss(1k, 50, 1)',
      '.subckt cell a b',
      '.param own=agauss(1k, 50, 1)',
      'R1 a b {own}',
      'R2 a b {g}',
      '.ends',
      'V1 in 0 1',
      'X1 in out cell',
      'X2 out 0 cell',
      '.op',
    ];
    const compiled = await compileStudy(
      study(lines, {
        vary: [{ target: 'x1.own', distribution: around(2e3, 10) }],
        sweep: [{ columns: [{ target: 'x2.own', values: [500, 1500] }] }],
        statistics: { vary: ['all'], tie: ['g'] },
        measure: OUT,
      }),
    );
    expect(compiled.plan.variables.map(({ name }) => name)).toEqual(['x2.own', 'x1.own', 'g']);
    await expectRungsToAgree(compiled);
  });
});

describe.skipIf(!hasLibrary || !hasModels())('devices of open PDKs with all that their makers draw', () => {
  const both = '.param sw_stat_global=1 sw_stat_mismatch=1';
  const currents = (...devices: string[]) =>
    devices.map((name) => ({ name, expression: `i(${name})`, analysis: 'op' }));

  it.each(['libngspice', 'wasm'])('GF180MCU, process and mismatch, on %s', async (engine) => {
    const compiled = await compileStudy(
      study([...gf180Devices(both), '.op'], { measure: currents('vn1', 'vn3', 'vp2') }),
    );
    expect(compiled.explanation.every(({ rung }) => rung === 'direct')).toBe(true);
    await expectRungsToAgree(compiled, engine);
  });
  it.each(['libngspice', 'wasm'])('SKY130, process and mismatch, tied or not, on %s', async (engine) => {
    for (const tie of [[], ['sw_*']]) {
      const lines = sky130Devices('MC_MM_SWITCH=1 MC_PR_SWITCH=1', { drawnOnce: false });
      const compiled = await compileStudy(
        study([...lines, '.op'], {
          measure: currents('vn1', 'vn2', 'vp1'),
          statistics: { vary: ['all'], tie },
        }),
      );
      expect(compiled.explanation.every(({ rung }) => rung === 'direct')).toBe(true);
      await expectRungsToAgree(compiled, engine);
    }
  });
  it('devices on the border of two bins, where versions of the simulator choose differently', async () => {
    const lines = benchmarkDeck('ota-mismatch-gf180').map((line) =>
      line
        .replace(/ typical$/, ' statistical')
        .replace('sw_stat_mismatch=1', 'sw_stat_mismatch=1 sw_stat_global=1'),
    );
    for (const engine of ['libngspice', 'wasm']) {
      const compiled = await compileStudy(study([...lines, '.op'], { measure: OUT }));
      expect(compiled.plan.assignments.some(({ kind }) => kind === 'altermod')).toBe(true);
      await expectRungsToAgree(compiled, engine);
    }
  });
  it('switches are set where draws are asked for that they gate', async () => {
    const lines = gf180Devices('.param sw_stat_mismatch=0 sw_stat_global=0');
    for (const word of ['mismatch', 'process']) {
      const compiled = await compileStudy(
        study([...lines, '.op'], {
          measure: currents('vn1', 'vp1'),
          statistics: { vary: [word], tie: [] },
        }),
      );
      const { plan, warnings, deck } = compiled;
      expect(new Set(plan.variables.map((variable) => variable.class))).toEqual(new Set([word]));
      const name = word === 'process' ? 'sw_stat_global' : 'sw_stat_mismatch';
      expect(deck!.switches.filter(({ set }) => set === 1).map((each) => each.name)).toEqual([name]);
      expect(warnings.map(({ message }) => message).join()).toContain(`${name} is set to 1`);
      await expectRungsToAgree(compiled);
    }
  });
  it('a sweep of the supply, corners by section and mismatch at once', async () => {
    const lines = benchmarkDeck('ota-mismatch-gf180').map((line) => line.replace('0 3.3', '0 {supply}'));
    const compiled = await compileStudy(
      study(['.param supply=3.3', ...lines, '.op'], {
        corners: ['typical', 'ff', 'ss'].map((name) => ({ name, sections: { '*': name }, set: {} })),
        sweep: [{ columns: [{ target: 'supply', values: [3, 3.3] }] }],
        statistics: { vary: ['all'], tie: [] },
        measure: OUT,
      }),
    );
    expect(compiled.plan.circuits).toHaveLength(3);
    expect(compiled.explanation.filter(({ rung }) => rung === 'direct').length).toBe(13);
    await expectRungsToAgree(compiled);
  });
});
