import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { around, percent, studyOf } from '../../src/compile/fixture.ts';
import { allReload, type Compiled, compileStudy } from '../../src/compile/index.ts';
import { ENGINES } from '../../src/engines/index.ts';
import { createSampler, type Plan, type Table } from '../../src/plan/index.ts';
import type { Study } from '../../src/study/schema.ts';
import { hasNgspice } from './ngspice.ts';

const ROWS = 4;
/** Both rungs solve the same equations from the same start, so that nothing but the printing of numbers differs. */
const AGREEMENT = 1e-9;

async function run(plan: Plan): Promise<Table> {
  const engine = await ENGINES.find(({ name }) => name === 'ngspice')!.open({});
  try {
    await engine.load(plan);
    return await engine.run(createSampler(plan).batch(0, ROWS));
  } finally {
    await engine.close();
  }
}

async function expectRungsToAgree({ plan }: Compiled): Promise<void> {
  const [direct, reload] = [await run(plan), await run(allReload(plan))];
  expect([...direct.messages.values()]).toEqual([]);
  expect([...reload.status]).toEqual([...direct.status]);
  for (const [k, column] of direct.columns.entries()) {
    for (const [row, value] of column.entries()) {
      const slow = reload.columns[k]![row]!;
      expect(
        Math.abs(value - slow),
        `${plan.measurements[k]!.name}: ${value} and ${slow}`,
      ).toBeLessThanOrEqual(AGREEMENT * Math.abs(slow));
    }
    expect(new Set(column).size).toBeGreaterThan(1);
  }
}

const DECK = [
  '.param rr=1k vdd=1',
  '.subckt cell a b r=1k',
  'R1 a b {r}',
  'M1 a b 0 0 nm w=1u l=1u',
  '.model nm nmos (level=1 vto=0.5)',
  '.ends',
  'V1 in 0 {vdd} ac 1',
  'X1 in out cell r=2k',
  'X2 out 0 cell',
  'R9 out 0 {rr}',
  'C1 out 0 1n',
  'L1 out q 1u',
  'I1 0 q 1m',
  'R3 q 0 1k tc1=1m',
  'E1 y 0 in 0 2',
  'Ry y 0 1k',
  'G1 0 z out 0 1m',
  'Rz z 0 100',
  'Q1 z q 0 qm 2',
  '.model qm npn bf=100',
  'D1 q 0 dm',
  '.model dm d (is=1f n=1)',
  '.options reltol=1e-9 abstol=1e-16 vntol=1e-10',
  '.op',
  '.ac dec 5 1 1meg',
];
const MEASURE: Study['measure'] = [
  { name: 'vout', expression: 'v(out)', analysis: 'op' },
  { name: 'peak', expression: 'max(vm(out))', analysis: 'ac' },
];
const data = resolve(import.meta.dirname, '../../../shared/data');

describe.skipIf(!hasNgspice())('what the compiler tells a loaded circuit is what a new one would do', () => {
  it.each([
    ['values of devices', ['R9', 'C1', 'L1', 'V1', 'I1', 'E1', 'G1']],
    ['parameters of devices', ['R3.tc1', 'Q1.area', 'v1.acmag', 'd1.area']],
    ['parameters of models', ['qm.bf', 'dm[is]', 'nm[vto]', 'nm[gamma]']],
    ['parameters', ['rr', 'vdd']],
    ['the temperature beside a subcircuit parameter', ['temp', 'x2.r']],
  ])('%s', async (_, targets) => {
    const vary = targets.map((target) => ({
      target,
      distribution: ['d1.area', 'nm[gamma]'].includes(target) ? around(1, 0.1) : percent(5),
    }));
    await expectRungsToAgree(await compileStudy(studyOf(DECK, { vary, measure: MEASURE })));
  });
});

const withModels = existsSync(data);
if (!withModels) console.warn('skipped: no device models beside the project');

describe.skipIf(!withModels || !hasNgspice())('real device models', () => {
  const gf180 = (...lines: string[]) => [
    `.include ${data}/gf180mcu/design.ngspice`,
    `.lib ${data}/gf180mcu/sm141064.ngspice typical`,
    '.param supply=3.3',
    'vdd vdd 0 {supply}',
    'vip inp 0 1.65',
    'vin inn 0 1.65',
    'ib vdd nb 20u',
    'xm5 tail nb 0 0 nfet_03v3 w=4u l=1u',
    'xm6 nb nb 0 0 nfet_03v3 w=4u l=1u',
    'xm1 x inp tail 0 nfet_03v3 w=10u l=0.5u',
    'xm2 out inn tail 0 nfet_03v3 w=10u l=0.5u',
    'xm3 x x vdd vdd pfet_03v3 w=10u l=0.5u',
    'xm4 out x vdd vdd pfet_03v3 w=10u l=0.5u',
    '.op',
    ...lines,
  ];
  const out: Study['measure'] = [{ name: 'vout', expression: 'v(out)' }];

  it('the corners, process and mismatch of a GF180MCU amplifier agree', async () => {
    const compiled = await compileStudy(
      studyOf(gf180(), {
        vary: [
          { target: 'xm*.m0[delvto]', distribution: around(0, 5e-3) },
          { target: 'nfet_03v3.9[u0]', distribution: percent(1) },
          { target: 'supply', distribution: percent(1) },
        ],
        corners: ['typical', 'ff'].map((name) => ({
          name,
          sections: { '*': name },
          set: {},
          temperature: 50,
        })),
        measure: out,
      }),
    );
    expect(compiled.explanation.filter(({ rung }) => rung === 'direct').length).toBeGreaterThanOrEqual(8);
    await expectRungsToAgree(compiled);
  });
  it('a SKY130 mirror loads with its statistical calls held', async () => {
    const files = ['parameters_fet_tt', 'parameters_res_nom', 'parameters_cap_nom', 'models_global'];
    const devices = ['sky130_fd_pr__nfet_01v8', 'sky130_fd_pr__pfet_01v8'];
    const compiled = await compileStudy(
      studyOf(
        [
          '.param MC_MM_SWITCH=1 MC_PR_SWITCH=1 corner_factor=1 process_mc_factor=1 mismatch_factor=1',
          ...[...files, ...devices].map((name) => `.include ${data}/sky130/${name}.spice`),
          'vdd vdd 0 1.8',
          'ib vdd nb 20u',
          'xm1 nb nb 0 0 sky130_fd_pr__nfet_01v8 w=4 l=1',
          'xm2 out nb 0 0 sky130_fd_pr__nfet_01v8 w=4 l=1',
          'rl vdd out 20k',
          '.op',
        ],
        {
          vary: [
            { target: '*.msky130*[delvto]', distribution: around(0, 5e-3) },
            { target: 'rl', distribution: percent(1) },
          ],
          statistics: { vary: ['none'], tie: [] },
          measure: out,
        },
      ),
    );
    expect(compiled.plan.variables).toHaveLength(3);
    await expectRungsToAgree(compiled);
  });
});
