import { describe, expect, it } from 'vitest';
import { circuitText, compileAssignments, createSampler } from '../../plan/index.ts';
import type { Study } from '../../study/schema.ts';
import { around, compileDeck, measure, percent, refusal } from '../fixture.ts';
import { allReload, stepDown } from '../index.ts';

const choice = (vary: string[], tie: string[] = []): Pick<Study, 'statistics'> => ({
  statistics: { vary, tie },
});

/** A process parameter that is copied, one that is used, a mismatch of each cell's own, and a switch. */
const CELLS = [
  '.param sw=1 gate=0',
  '.param shared2=agauss(0, 3, 3) shared=shared2',
  '.param used=gauss(2, 0.3, 3)',
  '.subckt cell a b w=1',
  '.param own=agauss(0, {10/sqrt(w)}, 1)',
  'R1 a b {1k + own*sw + shared}',
  'R2 a b {1k*used + aunif(0, 5)*gate}',
  'C1 a b 1p',
  '.ends',
  'V1 in 0 1',
  'X1 in out cell',
  'X2 out 0 cell w=4',
  'R3 out 0 {limit(5k, 100)}',
  '.op',
];

describe('the draws of a deck', () => {
  it('are variables named by where they stand, with their distribution and class', async () => {
    const { plan } = await compileDeck(CELLS);
    expect(
      plan.variables.map(({ name, class: drawn, source, unit }) => [
        name,
        drawn,
        unit,
        source.kind === 'random' && source.distribution,
      ]),
    ).toEqual([
      ['shared2', 'process', '', { kind: 'normal', mean: 0, sigma: 1 }],
      ['r3', 'mismatch', 'Ohm', { kind: 'discrete', values: [4900, 5100], weights: [1, 1] }],
      ['x1.own', 'mismatch', '', { kind: 'normal', mean: 0, sigma: 10 }],
      ['x1.used', 'mismatch', '', { kind: 'normal', mean: 2, sigma: (2 * 0.3) / 3 }],
      ['x2.own', 'mismatch', '', { kind: 'normal', mean: 0, sigma: 5 }],
      ['x2.used', 'mismatch', '', { kind: 'normal', mean: 2, sigma: (2 * 0.3) / 3 }],
    ]);
  });
  it('become one assignment per parameter that follows them', async () => {
    const { plan } = await compileDeck(CELLS);
    expect(plan.assignments).toEqual([
      { kind: 'alter', device: 'r.x1.r1', value: '1000 + $2 + $0', covered: true },
      { kind: 'alter', device: 'r.x1.r2', value: '1000 * $3', covered: true },
      { kind: 'alter', device: 'r.x2.r1', value: '1000 + $4 + $0', covered: true },
      { kind: 'alter', device: 'r.x2.r2', value: '1000 * $5', covered: true },
      { kind: 'alter', device: 'r3', value: '$1', covered: true },
    ]);
    expect(plan.circuits[0]!.slots.some(({ active }) => active)).toBe(false);
  });
  it('come down through headers and X lines in a text without statistical calls', async () => {
    const { plan } = await compileDeck(CELLS);
    const text = circuitText(plan, 0, Float64Array.of(0.5, 1, 2, 3, 4, 5), 'all');
    expect(text).not.toMatch(/agauss|gauss|aunif|limit/i);
    expect(text).toMatch(/^\.param .*shared=sl_\d$/m);
    expect(text).toMatch(/^\.subckt cell a b sl_h\d=0 sl_h\d=0 w=1$/m);
    expect(text).toMatch(/^X2 out 0 cell w=4 sl_h\d=\{sl_\d\} sl_h\d=\{sl_\d\}$/m);
    expect(text).toMatch(/^R3 out 0 \{sl_\d\}$/m);
    for (const value of ['5e-1', '1', '2', '3', '4', '5'])
      expect(text).toMatch(new RegExp(`^\\.param sl_\\d=${value}$`, 'm'));
  });
  it('that are dead are told with the reason, those of a name together', async () => {
    const { deck } = await compileDeck([
      ...CELLS,
      '.param nothing=agauss(1, 1, 1)',
      'R9 out 0 {1k+gauss(0, 1, 3)}',
    ]);
    expect(deck!.dead).toMatchObject([
      { name: 'r9', count: 1, why: expect.stringContaining('spread is 0') },
      { name: 'r2', count: 2, why: 'nothing in the circuit depends on it' },
    ]);
  });
  it('whose sigma a study varies are scores, from which the value is computed', async () => {
    const { plan } = await compileDeck(CELLS, { vary: [{ target: 'x2.w', distribution: percent(1) }] });
    const drawn = plan.variables.find(({ name }) => name === 'x2.own')!;
    expect(drawn.source).toEqual({ kind: 'random', distribution: { kind: 'normal', mean: 0, sigma: 1 } });
    const value = plan.assignments.find((each) => 'device' in each && each.device === 'r.x2.r1')!.value;
    expect(value).toContain('sqrt($0)');
  });
  it('of one name are counted', async () => {
    const { plan } = await compileDeck([
      '.param g=agauss(1k, 1, 1)',
      'R1 a 0 {g}',
      'R2 a 0 {g+g}',
      'I1 0 a 1m',
      '.op',
    ]);
    expect(plan.variables.map(({ name }) => name)).toEqual(['g', 'g#2', 'g#3']);
    expect(plan.assignments.map(({ value }) => value)).toEqual(['$0', '$1 + $2']);
  });
});

describe('the choice of draws', () => {
  it.each([
    [['none'], []],
    [['process'], ['shared2']],
    [['mismatch'], ['r3', 'x1.own', 'x1.used', 'x2.own', 'x2.used']],
    [
      ['x2.*', 'R3'],
      ['r3', 'x2.own', 'x2.used'],
    ],
    [['own'], ['x1.own', 'x2.own']],
  ])('%s', async (vary, names) => {
    const { plan, deck } = await compileDeck(CELLS, choice(vary));
    expect(plan.variables.map(({ name }) => name)).toEqual(names);
    const text = circuitText(allReload(plan), 0, createSampler(plan).batch(0, 1).values, 'all');
    expect(text).not.toMatch(/agauss|gauss|aunif|limit/i);
    if (names.length > 0)
      expect(deck!.held.reduce((sum, { count }) => sum + count, 0)).toBe(6 - names.length);
  });
  it('ties draw once per sample, scaled to the spread of each', async () => {
    const { plan, deck } = await compileDeck(CELLS, choice(['all'], ['own', 'us*']));
    expect(plan.variables.map(({ name }) => name)).toEqual(['shared2', 'r3', 'own', 'used']);
    expect(plan.variables[2]).toMatchObject({ class: 'process' });
    const compiled = compileAssignments(plan).map(({ value }) => value(Float64Array.of(1, 2, 3, 4)));
    // own has a sigma of 10 in the first cell and of 5 in the second
    expect(compiled).toEqual([1000 + 3 + 1, 4000, 1000 + 1.5 + 1, 4000, 2]);
    expect(deck!.tied).toMatchObject([
      { name: 'own', count: 2 },
      { name: 'used', count: 2 },
    ]);
  });
  it('a definition that several devices use anew is noted, with what would tie it', async () => {
    const { warnings } = await compileDeck(CELLS);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^used is drawn anew wherever it is used.*--tie used/),
    ]);
  });
  it('a study that draws nothing says that draws stand at their nominal values', async () => {
    const { warnings } = await compileDeck(CELLS, choice(['none']));
    expect(warnings).toMatchObject([{ message: expect.stringContaining('--vary all'), place: { line: 3 } }]);
  });
  it.each([
    [['nothing'], [], 'does not say what varies'],
    [['mismtach'], [], 'Did you mean mismatch'],
    [['x1.owm'], [], 'x1.own'],
    [['all'], ['owm'], 'own'],
    [['gate*'], [], 'does not say what varies'],
  ])('%s with ties %s is refused', async (vary, tie, told) => {
    const error = await refusal(CELLS, choice(vary, tie));
    expect(`${error.message} ${error.remedy}`).toContain(told);
  });
  it('a class that the deck does not have is noted', async () => {
    const { warnings } = await compileDeck(
      ['R1 a 0 {agauss(1k, 1, 1)}', 'I1 0 a 1m', '.op'],
      choice(['process']),
    );
    expect(warnings.map(({ message }) => message).join()).toContain(
      'no process to vary: it draws mismatch only: ',
    );
  });
});

describe('switches', () => {
  const off = CELLS.map((line) => line.replace('sw=1', 'sw=0'));
  const known = CELLS.map((line) =>
    line.replace(/\bsw\b/g, 'sw_stat_mismatch').replace('mismatch=1', 'mismatch=0'),
  );

  it('of a PDK are set when what they gate is asked for, and told', async () => {
    const { plan, warnings, deck } = await compileDeck(known, choice(['own']));
    expect(plan.variables.map(({ name }) => name)).toEqual(['x1.own', 'x2.own']);
    expect(deck!.switches).toMatchObject([{ name: 'sw_stat_mismatch', value: 0, set: 1, gates: ['own'] }]);
    expect(warnings[0]!.message).toBe('sw_stat_mismatch is set to 1 (it is 0 in the deck): it gates own');
    expect(plan.circuits[0]!.text).toContain('.param sw_stat_mismatch=1 gate=0');
  });
  it('of any name are found by trying', async () => {
    const { plan, deck } = await compileDeck(off, choice(['*.own']));
    expect(plan.variables.map(({ name }) => name)).toEqual(['x1.own', 'x2.own']);
    expect(deck!.switches).toMatchObject([{ name: 'sw', set: 1 }]);
  });
  it('stay as they are where the simulator itself would draw nothing', async () => {
    const { plan, deck } = await compileDeck(known);
    expect(plan.variables.map(({ name }) => name)).toEqual(['shared2', 'r3', 'x1.used', 'x2.used']);
    expect(deck!.switches).toMatchObject([{ name: 'sw_stat_mismatch', set: undefined, gates: ['own'] }]);
    expect(deck!.dead[0]).toMatchObject({ name: 'own', count: 2, why: 'sw_stat_mismatch is 0' });
  });
});

describe('a study that sets a draw', () => {
  it('by its name gives it a distribution of its own, in its place', async () => {
    const { plan, explanation } = await compileDeck(CELLS, {
      vary: [{ target: 'x1.own', distribution: around(0, 1) }],
    });
    expect(plan.variables.map(({ name }) => name)).toEqual([
      'x1.own',
      'shared2',
      'r3',
      'x1.used',
      'x2.own',
      'x2.used',
    ]);
    expect(plan.variables[0]).toMatchObject({ class: 'mismatch', source: { distribution: { sigma: 1 } } });
    expect(plan.assignments[0]!.value).toBe('1000 + $0 + $1');
    expect(explanation[0]).toMatchObject({ kind: 'draw', rung: 'direct', reaches: ['x1.r1'] });
  });
  it('as the number drawn scales with what the circuit makes of it', async () => {
    const { plan } = await compileDeck(CELLS, {
      vary: [
        { target: 'x2.w', distribution: percent(1) },
        { target: 'draw:x2.own', distribution: around(0, 1) },
      ],
    });
    const value = plan.assignments.find((each) => 'device' in each && each.device === 'r.x2.r1')!.value;
    expect(value).toMatch(/sqrt\(\$0\) \* \$1/);
  });
  it('by its definition opens that instead', async () => {
    const { plan } = await compileDeck(CELLS, {
      vary: [{ target: 'shared2', distribution: around(0, 7) }],
    });
    expect(plan.variables[0]).toMatchObject({ name: 'shared2', source: { distribution: { sigma: 7 } } });
    expect(plan.variables[0]!.class).toBeUndefined();
    expect(plan.assignments[0]!.value).toBe('1000 + $2 + $0');
  });
  it('in a sweep holds it there, and correlates others', async () => {
    const { plan } = await compileDeck(CELLS, {
      sweep: [{ columns: [{ target: 'x1.own', values: [-1, 1] }] }],
      correlations: [
        {
          targets: ['x2.own', 'shared2'],
          matrix: [
            [1, 0.5],
            [0.5, 1],
          ],
        },
      ],
    });
    expect(plan.variables[0]).toMatchObject({ name: 'x1.own', source: { kind: 'axis' } });
    const named = plan.correlations[0]!.members.map((member) => plan.variables[member]!.name);
    expect(named).toEqual(['x2.own', 'shared2']);
  });
});

describe('what is stepped down', () => {
  it('keeps an assignment for the variables that are still told, and no longer', async () => {
    const { plan } = await compileDeck(CELLS);
    const devices = (tried: typeof plan) => tried.assignments.map((each) => 'device' in each && each.device);
    expect(devices(stepDown(plan, ['x1.own']))).toEqual(devices(plan));
    expect(devices(stepDown(plan, ['x1.own', 'shared2']))).toEqual(['r.x1.r2', 'r.x2.r1', 'r.x2.r2', 'r3']);
    expect(allReload(plan).assignments).toEqual([]);
    expect(allReload(plan).circuits[0]!.slots.every(({ active }) => active)).toBe(true);
  });
  it('a parameter of a loaded circuit that only a load reads is reset, and reloaded beside what no reset repeats', async () => {
    const lines = [
      '.param t=agauss(20, 1, 1) u=t',
      '.ic v(a)={u}',
      'R1 a 0 1k',
      'C1 a 0 1n',
      '.tran 1n 10n uic',
    ];
    const { plan, explanation } = await compileDeck(lines, { measure: measure('max(v(a))') });
    expect(explanation).toMatchObject([{ variable: 't', rung: 'reset' }]);
    expect(plan.assignments).toMatchObject([{ kind: 'alterparam', value: '$0' }]);
    const model = ['.model dm d is=1f', 'D1 a 0 dm'];
    const both = await compileDeck([...lines, ...model], {
      vary: [{ target: 'dm.level', distribution: around(1, 0.1) }],
      measure: measure('max(v(a))'),
    });
    expect(both.explanation.map(({ rung }) => rung)).toEqual(['reload', 'reload']);
  });
});
