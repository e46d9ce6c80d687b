import { describe, expect, it } from 'vitest';
import { circuitText, type Plan } from '../plan/index.ts';
import { around, compileDeck, percent } from './fixture.ts';
import { allReload, stepDown } from './rungs.ts';
import { matchesPattern } from './target-syntax.ts';

const CELLS = [
  '.param rr=1k vdd=1.8',
  '.subckt cell a b r=1k',
  'R1 a b {r}',
  'M1 a b 0 0 nm w=1u l=1u',
  '.model nm nmos (level=1 vto=0.5)',
  '.ends',
  '.subckt once a b',
  'R5 a b 5k',
  '.ends',
  'V1 in 0 {vdd} ac 1',
  'X1 in out cell r=2k',
  'X2 out 0 cell',
  'X3 out 0 once',
  'R9 out 0 {rr}',
  'C1 out 0 1n',
  'Q1 out in 0 qm 2',
  '.model qm npn bf=100',
  '.model unused d is=1f',
  '.op',
];
const vary = (target: string, distribution = percent(1)) => [{ target, distribution }];
/** The deck's lines that differ when variable 0 is set, on the reload rung. */
function changed(plan: Plan, value: number): string[] {
  const slow = allReload(plan);
  const lines = circuitText(slow, 0, Float64Array.of(value), 'active').split('\n');
  const before = slow.circuits[0]!.text.split('\n');
  return lines.filter((line, i) => line !== before[i]);
}

describe('targets', () => {
  it.each([
    ['R9', { kind: 'alter', device: 'r9' }, 1000, 'Ohm'],
    ['C1', { kind: 'alter', device: 'c1' }, 1e-9, 'F'],
    ['V1', { kind: 'alter', device: 'v1', parameter: 'dc' }, 1.8, 'V'],
    ['v1.acmag', { kind: 'alter', device: 'v1', parameter: 'acmag' }, 1, 'V'],
    ['X1.r1', { kind: 'alter', device: 'r.x1.r1' }, 2000, 'Ohm'],
    ['x2.R1', { kind: 'alter', device: 'r.x2.r1' }, 1000, 'Ohm'],
    ['@m.x1.m1[delvto]', { kind: 'alter', device: 'm.x1.m1', parameter: 'delvto' }, undefined, 'V'],
    ['x1.m1.w', { kind: 'alter', device: 'm.x1.m1', parameter: 'w' }, 1e-6, 'm'],
    ['q1[area]', { kind: 'alter', device: 'q1', parameter: 'area' }, 2, ''],
    ['rr', { kind: 'alter', device: 'r9' }, 1000, ''],
    ['x1.r', { kind: 'alter', device: 'r.x1.r1' }, 2000, ''],
    ['qm.bf', { kind: 'altermod', model: 'qm', parameter: 'bf' }, 100, ''],
    ['@nm[vto]', { kind: 'altermod', model: 'x1:nm', parameter: 'vto' }, 0.5, 'V'],
    ['temp', { kind: 'temperature' }, 27, '°C'],
  ])('%s becomes an assignment', async (target, assignment, nominal, unit) => {
    const distribution = nominal === undefined ? around(0, 1e-3) : percent(1);
    const { plan } = await compileDeck(CELLS, { vary: vary(target, distribution) });
    expect(plan.assignments[0]).toMatchObject({ ...assignment, value: '$0' });
    expect(plan.variables[0]).toMatchObject({ name: target, nominal: nominal ?? 0, unit });
  });

  it.each([
    ['R9', 'R9 out 0 42'],
    ['v1', 'V1 in 0 42 ac 1'],
    ['x3.r5', 'R5 a b 42'],
    ['x1.r', 'X1 in out cell r=42'],
    ['x2.r', 'X2 out 0 cell r=42'],
    ['q1.area', 'Q1 out in 0 qm area=42'],
    ['vdd', '.param rr=1k vdd=42'],
    ['nm[vto]', '.model nm nmos (level=1 vto=42)'],
    ['nm[gamma]', '.model nm nmos (level=1 vto=0.5 gamma=42)'],
    ['temp', '.temp 42'],
  ])('%s can be written into the text', async (target, line) => {
    const { plan } = await compileDeck(CELLS, { vary: vary(target, around(1, 0.1)) });
    expect(changed(plan, 42)).toEqual([line]);
  });

  it('an unused model and a level are loaded anew; the reason is told', async () => {
    const { plan, explanation } = await compileDeck(CELLS, {
      vary: ['unused[is]', 'qm.level'].map((target) => ({ target, distribution: around(1, 0.1) })),
    });
    expect(plan.assignments).toEqual([]);
    expect(plan.circuits[0]!.slots.every(({ active }) => active)).toBe(true);
    expect(explanation.map(({ rung }) => rung)).toEqual(['reload', 'reload']);
    expect(explanation.map(({ why }) => why).join()).toMatch(/no device uses.*chooses the model/);
  });
  it('a device in a subcircuit that is used twice has no text of its own', async () => {
    const { plan, explanation } = await compileDeck(CELLS, { vary: vary('x1.r1') });
    expect(plan.circuits[0]!.slots).toEqual([]);
    expect(plan.assignments[0]!.covered).toBeUndefined();
    expect(explanation[0]!.why).toContain('2 copies of cell');
  });
  it('every match of a wildcard is a variable with its own value; a name beats a wildcard', async () => {
    const { plan } = await compileDeck(
      ['R1 a 0 1k', 'R2 a 0 2k', 'Rload a 0 3k', 'C1 a 0 1n', 'I1 0 a 1m', '.op'],
      { vary: [...vary('R*', percent(10)), ...vary('r2', percent(1))] },
    );
    expect(plan.variables.map(({ name, nominal }) => [name, nominal])).toEqual([
      ['R1', 1000],
      ['Rload', 3000],
      ['r2', 2000],
    ]);
    expect(plan.variables[2]!.source).toMatchObject({ distribution: { sigma: 20 } });
  });
  it('a wildcard reaches the same transistor in every copy of a subcircuit', async () => {
    const { plan } = await compileDeck(CELLS, { vary: vary('*.m1[delvto]', around(0, 5e-3)) });
    expect(plan.variables.map(({ name }) => name)).toEqual(['x1.m1[delvto]', 'x2.m1[delvto]']);
  });
  it('a .param comes before a device of the same name, and the explanation says so', async () => {
    const { plan, explanation } = await compileDeck(['.param r1=1k', 'R1 a 0 {r1}', 'I1 0 a 1m', '.op'], {
      vary: vary('R1'),
    });
    expect(plan.assignments[0]).toMatchObject({ kind: 'alter', device: 'r1' });
    expect(explanation[0]!.kind).toBe('parameter');
    expect(explanation[0]!.why).toContain('taken before the device r1');
  });
  it('altermod names only the bin that a device certainly selects', async () => {
    const bins = ['1u lmax=2u', '2u lmax=3u'].map(
      (l, i) => `.model n.${i} nmos lmin=${l} wmin=1u wmax=9u vto=0.5`,
    );
    const { plan } = await compileDeck([...bins, 'M1 a a 0 0 n l=1.5u w=2u', 'I1 0 a 1u', '.op'], {
      vary: vary('n.*[vto]'),
    });
    expect(plan.assignments).toMatchObject([{ model: 'n.0' }]);
    expect(plan.circuits[0]!.slots.map(({ active }) => active)).toEqual([false, true]);
  });
  it('temperature takes the place of the deck’s own, wherever it stands', async () => {
    for (const line of ['.temp 50', '.options reltol=1e-4 temp=50']) {
      const { plan } = await compileDeck(['R1 a 0 1k', line, '.op'], { vary: vary('temp') });
      expect(plan.variables[0]!.nominal).toBe(50);
      expect(changed(plan, 42)).toEqual([line.replace('50', '42')]);
    }
  });

  it.each([
    ['R8', 'r9'],
    ['x1.m1[delvt]', 'delvt'],
    ['nx[vto]', 'nm'],
    ['Z*', 'wildcard'],
    ['R5*', '"*.R5*" matches those'],
    ['M?.delvto', '"*.M?.delvto" matches those'],
    ['M1.w', 'x1.m1'],
    ['x1.m1', 'x1.m1['],
    ['Q1.bf', 'qm.bf varies it for all devices of that model'],
    ['x1.m1[vto]', 'nm.vto varies it for all devices of that model. x1.m1.delvto shifts the threshold'],
    ['X1.M1.vtho', 'delvto'],
    ['R 1', 'device'],
  ])('%s is unknown and the remedy helps', async (target, told) => {
    await expect(compileDeck(CELLS, { vary: vary(target) })).rejects.toMatchObject({
      code: 'TARGET_UNKNOWN',
      remedy: expect.stringContaining(told),
    });
  });
  it('an offset around 0 that replaces a value of the deck is noted', async () => {
    const of = async (target: string, distribution = around(0, 2e-3)) =>
      (await compileDeck(CELLS, { vary: vary(target, distribution) })).warnings.map(({ message }) => message);
    expect(await of('nm.vto')).toEqual([expect.stringMatching(/around 0 instead of the deck's 500 mV/)]);
    expect(await of('x1.m1.delvto')).toEqual([]);
    expect(await of('nm.vto', around(0.5, 2e-3))).toEqual([]);
  });
  it('a source with a function and no dc value says what to do', async () => {
    await expect(
      compileDeck(['V1 a 0 sin(0 1 1k)', 'R1 a 0 1', '.op'], { vary: vary('V1') }),
    ).rejects.toMatchObject({ code: 'TARGET_UNKNOWN', place: { file: 'deck', line: 2 } });
  });
  it('a parameter of a shared X line is handed down through the line around it', async () => {
    const lines = ['.subckt in a', 'R1 a 0 1k', '.ends', '.subckt s a k=1', 'X1 a in k=2', '.ends'];
    const inner = ['.subckt in a k=1', 'R1 a 0 {k}', '.ends', ...lines.slice(3), 'Xa n s', 'Xb n s', '.op'];
    const { plan } = await compileDeck(inner, { vary: vary('xa.x1.k') });
    expect(plan.assignments).toEqual([{ kind: 'alter', device: 'r.xa.x1.r1', value: '$0', covered: true }]);
    const text = circuitText(plan, 0, Float64Array.of(42), 'all');
    expect(text).toMatch(/^\.subckt s a (sl_h\d)=0 k=1\nX1 a in k=\{\1\}$/m);
    expect(text).toMatch(/^Xa n s sl_h\d=\{sl_\d\}\nXb n s sl_h\d=2$/m);
    expect(text).toMatch(/^\.param sl_\d=42$/m);
  });
});

describe('rungs', () => {
  it('stepping down moves a variable from its assignment to its slot and leaves the others', async () => {
    const { plan } = await compileDeck(CELLS, { vary: [...vary('R9'), ...vary('C1')] });
    const stepped = stepDown(plan, ['C1']);
    expect(stepped.assignments).toMatchObject([{ device: 'r9' }]);
    expect(stepped.circuits[0]!.slots.map(({ active }) => active)).toEqual([false, true]);
    expect(() => stepDown(plan, ['C2'])).toThrow('C2');
  });
  it('what the text cannot set stays an assignment', async () => {
    const { plan } = await compileDeck(CELLS, { vary: vary('x1.r1') });
    expect(allReload(plan)).toEqual(plan);
  });
});

describe('wildcards', () => {
  it.each([
    ['r1', 'r*', true],
    ['x1.m0', '*.m0', true],
    ['x1.m01', '*.m0', false],
    ['abc', 'a?c', true],
    ['a', '', false],
    ['aXbXc', 'a*X*c', true],
  ])('%s against %s', (name, pattern, matches) => expect(matchesPattern(name, pattern)).toBe(matches));
  it('take no time on names that nearly match', () => {
    expect(matchesPattern('a'.repeat(5_000), `${'*a'.repeat(50)}b`)).toBe(false);
  });
});
