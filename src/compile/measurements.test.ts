import { describe, expect, it } from 'vitest';
import { compileCommand, type Measurement, type Plan } from '../plan/index.ts';
import type { Study } from '../study/schema.ts';
import { compileDeck, percent, refusal } from './fixture.ts';

const RC = ['.param vdd=2', 'V1 in 0 {vdd} ac 1', 'R1 in out 1k', 'C1 out 0 1n', 'X1 out q cell'];
const CELL = [
  '.subckt cell a b',
  'V9 a k 0',
  'R1 k b 1k',
  'M1 a b 0 0 nm w=1u l=1u',
  '.model nm nmos',
  '.ends',
  'R2 q 0 1k',
];
const BASE = [...RC, ...CELL];
const named = (plan: Plan): Record<string, Measurement> =>
  Object.fromEntries(plan.measurements.map((measurement) => [measurement.name, measurement]));
const measures = (...entries: [string, string, string?][]): Partial<Study> => ({
  measure: entries.map(([name, expression, analysis]) => ({ name, expression, analysis })),
});

describe('measurements of the deck', () => {
  it('are the simulator’s own, with what they read and their unit', async () => {
    const { plan } = await compileDeck([
      ...BASE,
      '.ac dec 10 1 1meg',
      '.tran 1n 1u',
      '.meas ac bw when vdb(out)=-3',
      '.meas ac peak max vdb(out)',
      ".meas tran mid find v(out,q) when v(in)='vdd/2'",
      '.measure tran q integ i(x1.v9) from=0 to={1u}',
    ]);
    expect(plan.measurements.map(({ name, unit, source }) => [name, unit, source])).toEqual([
      ['bw', 'Hz', { kind: 'meas', analysis: 'ac', command: 'when vdb(out)=-3' }],
      ['peak', 'dB', { kind: 'meas', analysis: 'ac', command: 'max vdb(out)' }],
      ['mid', 'V', { kind: 'meas', analysis: 'tran', command: 'find v(out,q) when v(in)=1' }],
      ['q', 'C', { kind: 'meas', analysis: 'tran', command: 'integ i(v.x1.v9) from=0 to=0.000001' }],
    ]);
    expect(plan.analyses[1]!.vectors).toEqual(['v(out)', 'v(q)', 'v(in)', 'i(v.x1.v9)']);
  });
  it('follow a varied parameter, also through another one', async () => {
    const { plan } = await compileDeck(
      [...BASE, '.param half={vdd/2}', '.tran 1n 1u', ".meas tran t when v(out)='half+1'"],
      { vary: [{ target: 'vdd', distribution: percent(1) }] },
    );
    const { source } = plan.measurements[0]!;
    expect(source).toMatchObject({ kind: 'meas', command: 'when v(out)={$0 / 2 + 1}' });
    const command = compileCommand(source.kind === 'meas' ? source.command : '', 1);
    expect(command(Float64Array.of(4))).toBe('when v(out)=3');
  });
  it('follow a parameter that the deck draws for its devices, and say where there is no such value', async () => {
    const { plan, warnings } = await compileDeck([
      ...BASE,
      '.param half_drawn=agauss(1,0.1,1) half={half_drawn} alone_drawn=agauss(1u,1n,1) alone={alone_drawn}',
      'V2 p 0 {half}',
      'R9 p 0 1k',
      '.tran 1n 1u',
      ".meas tran t when v(out)='half+1'",
      '.meas tran u find v(out) at={alone}',
    ]);
    expect(plan.measurements.map(({ source }) => source)).toMatchObject([
      { command: 'when v(out)={$0 + 1}' },
      { command: 'find v(out) at=0.000001' },
    ]);
    expect(warnings.map(({ message }) => message).filter((message) => /^alone/.test(message))).toEqual([
      expect.stringMatching(/^alone draws, but nothing in the circuit reads its value/),
    ]);
  });
  it('of .four are the distortion of each of its vectors', async () => {
    const { plan, warnings } = await compileDeck([
      ...BASE,
      '.param f0=1meg',
      '.tran 1n 10u',
      '.four {f0} v(out) V(q)',
      '.four 1k 5 2 i(x1.v9)',
    ]);
    expect(plan.measurements.map(({ name, source }) => [name, source])).toEqual([
      ['thd(v(out))', { kind: 'vectors', analysis: 'tran', expression: 'thd(v(out), 1000000)' }],
      ['thd(v(q))', { kind: 'vectors', analysis: 'tran', expression: 'thd(v(q), 1000000)' }],
      ['thd(i(x1.v9))', { kind: 'vectors', analysis: 'tran', expression: 'thd(i(v.x1.v9), 1000, 5)' }],
    ]);
    expect(warnings.map(({ message }) => message).join()).toContain('the last period is taken, not 2');
    await expect(compileDeck([...BASE, '.tran 1n 1u', '.four 1k'])).rejects.toMatchObject({
      code: 'MEASUREMENT_INVALID',
    });
    const without = await compileDeck([...BASE, '.op', '.four 1k v(out)', '.meas op x find v(out)']);
    expect(without.warnings.map(({ message }) => message)).toEqual([
      '.four is left out: no tran analysis is run',
    ]);
  });
  it('over a sweep of a temperature or a current are evaluated by SpiceLab where ngspice’s meas fails', async () => {
    const { plan } = await compileDeck([
      ...BASE,
      'I1 0 q 1m',
      '.dc temp -40 125 5',
      '.meas dc top max v(out) from=-40 to=125',
      '.meas dc mid find v(out) at=27',
    ]);
    expect(plan.measurements.map(({ source }) => source)).toMatchObject([
      { kind: 'vectors', expression: 'max(v(out), from=-40, to=125)' },
      { kind: 'meas', command: 'find v(out) at=27' },
    ]);
  });
  it('with param= are evaluated by SpiceLab, since ngspice repeats the first value', async () => {
    const { plan } = await compileDeck(
      [...BASE, '.ac dec 10 1 1meg', '.meas ac bw when vdb(out)=-3', ".meas ac gbw param='2*BW*vdd'"],
      { vary: [{ target: 'vdd', distribution: percent(1) }] },
    );
    expect(plan.measurements[1]).toEqual({
      name: 'gbw',
      unit: '',
      source: { kind: 'scalars', expression: '2 * bw * $0' },
    });
  });
  it('of an analysis that is not run, or of par(), are left out with a notice', async () => {
    const lines = [
      ...BASE,
      '.op',
      '.ac dec 10 1 1k',
      '.meas tran x max v(out)',
      ".meas ac y max par('v(out)*2')",
      '.meas ac z max vm(out)',
    ];
    const { plan, warnings } = await compileDeck(lines);
    expect(plan.measurements.map(({ name }) => name)).toEqual(['z']);
    expect(warnings.map(({ place }) => place?.line)).toEqual([16, 17]);
  });
  it('of par() over time, and deriv, which ngspice never computes, are evaluated by SpiceLab', async () => {
    const { plan } = await compileDeck([
      ...BASE,
      '.tran 1n 1u',
      ".meas tran power avg par('v(in)*i(v1)') from=0 to=1u",
      '.meas tran slope deriv v(out) at=0.5u',
    ]);
    expect(named(plan)['power']).toMatchObject({
      unit: 'W',
      source: { kind: 'vectors', analysis: 'tran', expression: 'avg(v(in) * i(v1), from=0, to=0.000001)' },
    });
    expect(named(plan)['slope']).toMatchObject({ unit: 'V/s', source: { kind: 'vectors' } });
  });
  it('of functions of vectors, and of an operating point, are evaluated by SpiceLab, for meas finds 0 or nothing', async () => {
    const { plan } = await compileDeck([
      ...BASE,
      '.ac dec 10 1 1meg',
      '.op',
      '.meas AC peak MAX mag(V(out))',
      '.meas AC bw WHEN mag(V(out))=peak/sqrt(2)',
      '.meas op vo find v(out)',
    ]);
    expect(plan.measurements.map(({ name, unit, source }) => [name, unit, source])).toEqual([
      ['peak', 'V', { kind: 'vectors', analysis: 'ac', expression: 'max(mag(v(out)))' }],
      ['bw', 'Hz', { kind: 'vectors', analysis: 'ac', expression: 'when(mag(v(out)), peak / sqrt(2))' }],
      ['vo', 'V', { kind: 'vectors', analysis: 'op', expression: 'v(out)' }],
    ]);
  });
  it('that need one which is left out are left out too: the rest of the deck still runs', async () => {
    const lines = [
      ...BASE,
      '.ac dec 10 1 1k',
      ".meas ac pin integ par('v(out)*2')",
      ".meas ac eff param='1/PIN'",
      ".meas ac twice param='2*eff'",
      '.meas ac z max vm(out)',
    ];
    const { plan, warnings } = await compileDeck(lines);
    expect(plan.measurements.map(({ name }) => name)).toEqual(['z']);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining(".meas pin is left out: par('…')"),
      '.meas eff is left out: it needs PIN, which is left out',
      '.meas twice is left out: it needs eff, which is left out',
    ]);
  });
  it.each([
    ['an unknown node', '.meas ac x max vdb(outt)', 'MEASUREMENT_INVALID', 'out'],
    ['an unknown device', '.meas ac x max i(v2)', 'MEASUREMENT_INVALID', 'v1'],
    ['a complex curve', '.meas ac x find v(out)/v(in) at=10', 'MEASUREMENT_INVALID', 'mag('],
    ['an unknown node in a function', '.meas ac x when mag(v(outt))=1', 'MEASUREMENT_INVALID', 'out'],
    ['an unknown function', '.meas ac x max gain(v(out))', 'MEASUREMENT_INVALID', ''],
    ['an unknown parameter', ".meas ac x when vdb(out)='nix'", 'PARAMETER_UNDEFINED', '.param'],
    ['nothing to measure', '.meas ac x', 'MEASUREMENT_INVALID', 'when'],
    ['a later measurement', ".meas ac x param='y*2'", 'MEASUREMENT_INVALID', 'line before'],
    ['a second command', '.meas ac x max v(out) > f.txt', 'DECK_UNTRUSTED', 'Take it out'],
    ['the name of a variable', '.meas ac r1 max vdb(out)', 'MEASUREMENT_INVALID', 'another name'],
  ])('with %s are refused at their line', async (_, line, code, told) => {
    const error = await refusal([...BASE, '.ac dec 10 1 1k', line], {
      vary: [{ target: 'R1', distribution: percent(1) }],
    });
    expect(error).toMatchObject({ code, place: { file: 'deck', line: 15 } });
    expect(error.remedy).toContain(told);
  });
});

describe('measurements of the study', () => {
  const BOTH = [...BASE, '.ac dec 10 1 1meg', '.op'];

  it('find their analysis, their vectors and their unit', async () => {
    const { plan } = await compileDeck(
      BOTH,
      measures(
        ['bw', 'when(vdb(out), -3)'],
        ['gm', '@x1.m1[gm]', 'op'],
        ['iv', 'i(x1.v9)', 'op'],
        ['ir', 'i(R1)', 'op'],
        ['drop', 'V(in,out)', 'op'],
        ['bare', 'out*2', 'op'],
      ),
    );
    const found = named(plan);
    expect(found['bw']).toMatchObject({ unit: 'Hz', source: { kind: 'vectors', analysis: 'ac' } });
    expect(found['gm']).toMatchObject({ unit: 'S', source: { expression: '@m.x1.m1[gm]' } });
    expect(found['iv']).toMatchObject({ unit: 'A', source: { expression: 'i(v.x1.v9)' } });
    expect(found['ir']).toMatchObject({ unit: 'A', source: { expression: '@r1[i]' } });
    expect(plan.analyses[1]!.vectors).toEqual(
      expect.arrayContaining(['@m.x1.m1[gm]', 'i(v.x1.v9)', '@r1[i]', 'v(in)', 'v(out)']),
    );
  });
  it('over other measurements have the unit that follows from theirs', async () => {
    const { plan } = await compileDeck(
      [...BASE, '.op', '.ac dec 10 1 1meg'],
      measures(
        ['offset', 'v(out)-v(in)', 'op'],
        ['size', 'abs(offset)'],
        ['twice', '2*offset'],
        ['ratio', 'offset/size'],
      ),
    );
    const units = Object.fromEntries(plan.measurements.map(({ name, unit }) => [name, unit]));
    expect(units).toMatchObject({ offset: 'V', size: 'V', twice: 'V', ratio: '' });
  });

  it('may be over other measurements, variables and parameters, in any order', async () => {
    const { plan } = await compileDeck(BOTH, {
      ...measures(['ratio', 'b/a*vdd + r1'], ['b', '2*a'], ['a', 'v(out)', 'op']),
      vary: [{ target: 'R1', distribution: percent(1) }],
    });
    expect(plan.measurements.map(({ name, source }) => [name, source.kind])).toEqual([
      ['a', 'vectors'],
      ['b', 'scalars'],
      ['ratio', 'scalars'],
    ]);
    expect(named(plan)['ratio']!.source).toMatchObject({ expression: 'b / a * 2 + $0' });
  });
  it.each<[string, [string, string, string?][], string]>([
    ['a node that is not there', [['m', 'v(outt)', 'op']], 'out'],
    ['a constant of ngspice', [['m', 'e*2', 'op']], 'q'],
    ['an analysis that is not run', [['m', 'max(v(out))', 'tran']], 'ac (ac dec 10 1 1meg)'],
    ['no way to tell the analysis', [['m', 'max(v(out))']], ':max(v(out))'],
    ['a curve', [['m', 'vdb(out)', 'ac']], 'max('],
    [
      'themselves',
      [
        ['a', 'b+1'],
        ['b', 'a+1'],
      ],
      'references',
    ],
    [
      'one name for two',
      [
        ['m', 'v(out)', 'op'],
        ['M', 'v(in)', 'op'],
      ],
      'own name',
    ],
    ['a current that is not kept', [['m', 'i(x1.m1)', 'op']], '[id]'],
    ['an unknown device', [['m', '@x1.m2[gm]', 'op']], 'x1.m1'],
    ['the name of a column', [['sample', 'v(out)', 'op']], 'another name'],
  ])('with %s are refused', async (_, entries, told) => {
    const error = await refusal(BOTH, measures(...entries));
    expect(error.code).toBe('MEASUREMENT_INVALID');
    expect(error.remedy).toContain(told);
  });
  it('default to the node voltages of an operating point', async () => {
    const { plan } = await compileDeck([...BASE, '.op']);
    expect(plan.measurements.map(({ name }) => name)).toEqual(['v(in)', 'v(out)', 'v(q)']);
  });
  it('are asked for with examples where an analysis has none', async () => {
    const error = await refusal([...BASE, '.ac dec 10 1 1meg']);
    expect(error.remedy).toContain('--measure "bw=when(vdb(out),-3)"');
  });
});

describe('specs', () => {
  const AC = [...BASE, '.ac dec 10 1 1meg', '.meas ac BW when vdb(out)=-3'];
  const spec = (expression: string, low?: number, high?: number) => ({
    specs: [{ name: 's', expression, low, high }],
  });

  it('name a measurement in any case, or add one', async () => {
    const { plan } = await compileDeck(AC, {
      specs: [
        { name: 'a', expression: 'bw', low: 1000 },
        { name: 'b', expression: 'max(vdb(out))', high: 1 },
        { name: 'c', expression: 'bw / 2', low: 1 },
      ],
    });
    expect(plan.specs).toEqual([
      { name: 'a', measurement: 'BW', low: 1000 },
      { name: 'b', measurement: 'max(vdb(out))', high: 1 },
      { name: 'c', measurement: 'bw/2', low: 1 },
    ]);
    expect(plan.measurements.map(({ source }) => source.kind)).toEqual(['meas', 'vectors', 'scalars']);
  });
  it.each([
    ['on nothing', spec('bv', 1), 'BW'],
    ['without limits', spec('bw'), 'bw>1k'],
    ['upside down', spec('bw', 2, 1), 'Exchange'],
    ['with NaN', spec('bw', Number.NaN), 'number'],
    ['of one name', { specs: [...spec('bw', 1).specs, ...spec('bw', 2).specs] }, 'own name'],
  ])('%s are refused', async (_, parts, told) => {
    const error = await refusal(AC, parts);
    expect(error.code).toBe('SPEC_INVALID');
    expect(error.remedy).toContain(told);
  });
});

describe('waveforms', () => {
  it('are saved of the analyses with curves, or of the one that is named', async () => {
    const { plan } = await compileDeck([...BASE, '.ac dec 10 1 1meg', '.tran 1n 1u', '.op'], {
      save: ['v(out)', 'ac:in'],
    });
    expect(plan.waveforms).toEqual([
      { analysis: 'ac', vectors: ['v(out)', 'v(in)'] },
      { analysis: 'tran', vectors: ['v(out)'] },
    ]);
  });
  it('of unknown nodes are refused', async () => {
    expect((await refusal([...BASE, '.op'], { save: ['v(outt)'] })).code).toBe('MEASUREMENT_INVALID');
  });
});
