import { describe, expect, it } from 'vitest';
import { createSampler, planSchema } from '../plan/index.ts';
import type { DistributionSpec, Study } from '../study/schema.ts';
import { resolveDistribution } from './distribution.ts';
import { around, compileDeck, measure, percent, RC, refusal } from './fixture.ts';

describe('the circuit', () => {
  it('is one text with title and .end, and tells where its lines came from', async () => {
    const { plan } = await compileDeck(
      ['.include a.inc', 'R1 a 0', '+ 1k', '.op', 'R2 a 0 2k'],
      {},
      { 'a.inc': 'R0 a 0 0.1k' },
    );
    const [circuit] = plan.circuits;
    expect(circuit!.text).toBe('title\nR0 a 0 0.1k\nR1 a 0 1k\nR2 a 0 2k\n.end\n');
    expect(circuit!.sources).toEqual(['deck', 'a.inc']);
    expect(circuit!.origins).toEqual([
      { line: 1, source: 0, sourceLine: 1 },
      { line: 2, source: 1, sourceLine: 1 },
      { line: 3, source: 0, sourceLine: 3 },
      { line: 4, source: 0, sourceLine: 6 },
    ]);
    expect(planSchema.parse(plan)).toEqual(plan);
  });
});

describe('distributions', () => {
  it('take the deck’s value and become absolute', async () => {
    const { plan } = await compileDeck(RC, {
      vary: [{ target: 'R1', distribution: percent(1) }],
      measure: measure('v(out)', 'op'),
    });
    expect(plan.variables[0]!.source).toEqual({
      kind: 'random',
      distribution: { kind: 'normal', mean: 1000, sigma: 10 },
    });
  });
  it('of a negative value have a positive width', () => {
    expect(resolveDistribution(percent(1), -5, 'v').distribution).toEqual({
      kind: 'normal',
      mean: -5,
      sigma: 0.05,
    });
  });
  const relative = (amount: number) => ({ amount, relative: true });
  it.each<[string, DistributionSpec, number | undefined]>([
    ['a negative sigma', around(1, -1), 1],
    ['no nominal', percent(1), undefined],
    ['a share of zero', percent(1), 0],
    ['low above high', { kind: 'uniform-range', low: 2, high: 1 }, 1],
    ['a mode outside', { kind: 'triangular', nominal: 5, low: { at: 0 }, high: { at: 1 } }, 1],
    ['a median below zero', { kind: 'lognormal', sigma: 0.1 }, -1],
    ['weights of zero', { kind: 'discrete', values: [1, 2], weights: [0, 0] }, 1],
    ['too few weights', { kind: 'discrete', values: [1, 2], weights: [1] }, 1],
    ['NaN', around(Number.NaN, 1), 1],
    ['a negative tolerance', { kind: 'uniform', tolerance: relative(-0.1) }, 1],
  ])('with %s are refused', (_, spec, nominal) => {
    expect(() => resolveDistribution(spec, nominal, 'R1')).toThrow(
      expect.objectContaining({ code: 'DISTRIBUTION_INVALID', message: expect.stringContaining('R1') }),
    );
  });
});

describe('axes', () => {
  const corners = [
    { name: 'tt', sections: {}, set: { vdd: 2 }, temperature: 27 },
    { name: 'ff', sections: { '*': 'ff' }, set: { vdd: 2.2, R1: 900 }, temperature: -40 },
  ];
  const LIB = { 'm.lib': '.lib tt\n.model d d is=1f\n.endl\n.lib ff\n.model d d is=2f\n.endl\n' };
  const lines = ['.lib m.lib tt', 'D1 out 0 d', ...RC];

  it('put corners outermost, zipped, with one circuit per set of sections', async () => {
    const { plan } = await compileDeck(
      lines,
      {
        corners,
        sweep: [{ columns: [{ target: 'C1', values: [1e-9, 2e-9, 3e-9] }] }],
        measure: measure('v(out)', 'op'),
      },
      LIB,
    );
    expect(plan.circuits.map(({ label }) => label)).toEqual(['deck', 'ff']);
    expect(plan.axes.map(({ name, length }) => [name, length])).toEqual([
      ['corner', 2],
      ['C1', 3],
    ]);
    expect(plan.axes[0]!.circuits).toEqual([0, 1]);
    expect(plan.variables[0]).toMatchObject({ name: 'corner', labels: ['tt', 'ff'] });
    const batch = createSampler(plan).batch(0, 6);
    const names = plan.variables.map(({ name }) => name);
    const row = (r: number) =>
      Object.fromEntries(names.map((name, k) => [name, batch.values[r * names.length + k]]));
    expect(row(1)).toEqual({ corner: 0, vdd: 2, R1: 1000, temp: 27, C1: 2e-9 });
    expect(row(5)).toEqual({ corner: 1, vdd: 2.2, R1: 900, temp: -40, C1: 3e-9 });
    expect([...batch.circuits]).toEqual([0, 0, 0, 1, 1, 1]);
  });
  it.each([
    [percent(1), '$1*($0/(1000))'],
    [around(500, 5), '$1+($0-(500))'],
  ])('move the centre of a distribution of the same target', async (distribution, value) => {
    const { plan } = await compileDeck(RC, {
      vary: [{ target: 'R1', distribution }],
      sweep: [{ columns: [{ target: 'r1', values: [900, 1100] }] }],
      measure: measure('v(out)', 'op'),
    });
    expect(plan.assignments).toMatchObject([{ device: 'r1', value }]);
    expect(plan.variables.map(({ name }) => name)).toEqual(['r1', 'R1#2']);
  });
  it('of points take offsets and the deck’s own values', async () => {
    const { plan } = await compileDeck(RC, {
      points: {
        name: 'worst case',
        targets: ['R1', 'C1'],
        points: [
          [undefined, { at: 2e-9 }],
          [{ offset: { amount: -0.1, relative: true } }, undefined],
        ],
      },
      measure: measure('v(out)', 'op'),
    });
    expect(plan.axes[0]!.columns.map(({ values }) => values)).toEqual([
      [1000, 900],
      [2e-9, 1e-9],
    ]);
  });
  it.each<[string, Partial<Study>, string]>([
    [
      'the same target on two axes',
      { sweep: [{ columns: [{ target: 'R1', values: [1] }] }, { columns: [{ target: 'r1', values: [1] }] }] },
      'STUDY_INVALID',
    ],
    [
      'zipped columns of different lengths',
      {
        sweep: [
          {
            columns: [
              { target: 'R1', values: [1] },
              { target: 'C1', values: [1, 2] },
            ],
          },
        ],
      },
      'STUDY_INVALID',
    ],
    ['a sweep without values', { sweep: [{ columns: [{ target: 'R1', values: [] }] }] }, 'STUDY_INVALID'],
    ['two corners of one name', { corners: [corners[0]!, corners[0]!] }, 'STUDY_INVALID'],
    [
      'two distributions of one target',
      {
        vary: [
          { target: 'R1', distribution: percent(1) },
          { target: '@r1', distribution: percent(1) },
        ],
      },
      'TARGET_UNKNOWN',
    ],
    [
      'two spellings of one target',
      {
        vary: [
          { target: 'R1', distribution: percent(1) },
          { target: 'r1[r]', distribution: percent(1) },
        ],
      },
      'STUDY_INVALID',
    ],
    ['no samples', { samples: 0 }, 'STUDY_INVALID'],
  ])('%s is refused', async (_, parts, code) => {
    expect((await refusal(RC, { measure: measure('v(out)', 'op'), ...parts })).code).toBe(code);
  });
});

describe('analyses', () => {
  it('are the study’s, else the deck’s, named by kind and number', async () => {
    const own = await compileDeck(RC, { measure: measure('v(out)', 'op') });
    expect(own.plan.analyses.map(({ name, command }) => [name, command])).toEqual([
      ['ac', 'ac dec 10 1 1meg'],
      ['op', 'op'],
    ]);
    const asked = await compileDeck(RC, {
      analyses: ['.tran 1n 1u', 'tran 1n 2u'],
      measure: measure('max(v(out))', 'tran2'),
    });
    expect(asked.plan.analyses.map(({ name }) => name)).toEqual(['tran', 'tran2']);
  });
  it('take numbers for parameters, and an expression where the study varies them', async () => {
    const lines = [...RC.slice(0, 4), '.param ts=1u', '.tran {ts/100} {ts}'];
    const parts = { measure: measure('max(v(out))') };
    expect((await compileDeck(lines, parts)).plan.analyses[0]!.command).toBe('tran 1e-8 0.000001');
    const varied = await compileDeck(lines, { ...parts, vary: [{ target: 'ts', distribution: percent(1) }] });
    expect(varied.plan.analyses[0]!.command).toBe('tran {$0 / 100} {$0}');
  });
  it.each([
    ['none', RC.slice(0, 4), {}, 'ANALYSIS_MISSING', '--analysis'],
    ['an unknown one', RC, { analyses: ['pz 1 2'] }, 'ANALYSIS_MISSING', 'tran'],
    ['half of one', [...RC, '.tran'], {}, 'DECK_SYNTAX', 'tran 1n'],
    ['an unknown parameter', [...RC, '.tran 1n {tstop}'], {}, 'PARAMETER_UNDEFINED', '.param'],
    ['a second command', [...RC, '.tran 1n `touch x`'], {}, 'DECK_UNTRUSTED', 'Take it out'],
  ])('%s is refused', async (_, lines, parts, code, told) => {
    const error = await refusal(lines, { measure: measure('v(out)', 'op'), ...parts });
    expect(error.code).toBe(code);
    expect(error.remedy).toContain(told);
  });
});
