import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import type { StudyContext } from './context.ts';
import { parseCorners } from './corner.ts';
import { readCorrelations } from './correlation.ts';
import { parseMeasure } from './measure.ts';
import { parseRange, parseSweep } from './range.ts';
import { parseLimits, parseSpec } from './spec.ts';

const context: StudyContext = {
  folder: '.',
  readText: (path) => (path === 'points.csv' ? 'R1;C1\n1k;1n\n2k;2n\n' : 'nothing,here\n'),
};

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof SpiceLabError) return error.code;
    throw error;
  }
  return undefined;
}

describe('values of a sweep', () => {
  it.each([
    ['lin(1,2,5)', [1, 1.25, 1.5, 1.75, 2]],
    ['lin(5, 5, 1)', [5]],
    ['log(1,16,5)', [1, 2, 4, 8, 16]],
    ['dec(1,1k,1)', [1, 10, 100, 1000]],
    ['dec(1k, 1, 1)', [1000, 100, 10, 1]],
    ['oct(1,8,1)', [1, 2, 4, 8]],
    ['step(0,1,0.25)', [0, 0.25, 0.5, 0.75, 1]],
    ['0:0.5:1.2', [0, 0.5, 1]],
    ['3:-1:1', [3, 2, 1]],
    ['list(1k,2k)', [1000, 2000]],
    ['-40, 27, 125', [-40, 27, 125]],
    ['5', [5]],
    ['csv("points.csv","C1")', [1e-9, 2e-9]],
  ])('%s', (text, wanted) => {
    const values = parseRange(text, context);
    expect(values).toHaveLength(wanted.length);
    for (const [i, value] of values.entries())
      expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-12 * Math.abs(value) + 1e-300);
  });

  it('reach their last value, whatever the step rounds to', () => {
    expect(parseRange('step(0,5,0.1)', context)).toHaveLength(51);
    expect(parseRange('dec(1,1meg,10)', context)).toHaveLength(61);
    expect(parseRange('lin(0,0.3,4)', context).at(-1)).toBe(0.3);
    expect(parseRange('log(1,1meg,61)', context).at(-1)).toBe(1e6);
  });

  it.each([
    'lim(1,2,3)',
    'lin(1,2)',
    'lin(1,2,1.5)',
    'log(-1,1,5)',
    'dec(0,1,5)',
    'step(0,1,-1)',
    'step(0,1,0)',
    '0:1',
    '1,x',
    '',
    'lin(0,1,1e9)',
    'csv()',
  ])('"%s" is refused', (text) => {
    expect(codeOf(() => parseRange(text, context))).toBe('STUDY_INVALID');
  });

  it('name their target, or take targets and values from a file, zipped', () => {
    expect(parseSweep('M1[w]=1u,2u', context)).toEqual({
      columns: [{ target: 'M1[w]', values: [1e-6, 2e-6] }],
    });
    expect(parseSweep('csv("points.csv")', context)).toEqual({
      columns: [
        { target: 'R1', values: [1000, 2000] },
        { target: 'C1', values: [1e-9, 2e-9] },
      ],
    });
    expect(codeOf(() => parseSweep('lin(1,2,3)', context))).toBe('STUDY_INVALID');
  });
});

describe('specs', () => {
  it.each([
    ['bw>1.4k', 'bw', 1400, undefined],
    ['bw >= 1.4kHz', 'bw', 1400, undefined],
    ['bw<2k', 'bw', undefined, 2000],
    ['1k<bw<2k', 'bw', 1000, 2000],
    ['2k > bw >= 1k', 'bw', 1000, 2000],
    ['1k < bw', 'bw', 1000, undefined],
    ['abs(vos)<5m', 'abs(vos)', undefined, 0.005],
    ['vos in [-5m,5m]', 'vos', -0.005, 0.005],
    ['thd < 1%', 'thd', undefined, 0.01],
    ['max(vdb(out)) - gain > -3', 'max(vdb(out)) - gain', -3, undefined],
    ['bw > 2*1k', 'bw', 2000, undefined],
  ])('%s', (text, expression, low, high) => {
    expect(parseSpec(text)).toEqual({ name: text, expression, low, high });
  });

  it('may have a name of their own', () => {
    expect(parseSpec('fast enough: bw>1k')).toMatchObject({
      name: 'fast enough',
      expression: 'bw',
      low: 1000,
    });
  });

  it('read as limits alone where the measurement is a key', () => {
    expect(parseLimits('bw', '>1.4k')).toEqual({ expression: 'bw', low: 1400, high: undefined });
    expect(parseLimits('bw', '[1k, 2k]')).toEqual({ expression: 'bw', low: 1000, high: 2000 });
  });

  it.each([
    'bw',
    'bw=3',
    '1k',
    '1<2',
    'bw>x',
    '1<bw>2',
    '2<bw<1',
    '>1',
    'bw>',
    'vos in [1]',
    'max(<3',
    '',
    '1<bw<2<3',
  ])('"%s" is refused', (text) => {
    expect(codeOf(() => parseSpec(text))).toBe('SPEC_INVALID');
  });
  it('a limit in MHz is not taken for millihertz, which every circuit would pass', () => {
    expect(() => parseSpec('ugb>30MHz')).toThrow(/reads M as milli/);
    expect(parseSpec('ugb>30megHz')).toMatchObject({ low: 30e6 });
    expect(parseSpec('f>30mHz')).toMatchObject({ low: 30e-3 });
  });
});

describe('measurements', () => {
  it.each([
    [
      'bw=when(vdb(out),-3)',
      { name: 'bw', expression: 'when(vdb(out),-3)', analysis: undefined, unit: undefined },
    ],
    [
      'bw[Hz] = when(vdb(out),-3)',
      { name: 'bw', expression: 'when(vdb(out),-3)', analysis: undefined, unit: 'Hz' },
    ],
    ['gain=ac:max(vdb(out))', { name: 'gain', expression: 'max(vdb(out))', analysis: 'ac', unit: undefined }],
    ['t=tran2: max(v(out))', { name: 't', expression: 'max(v(out))', analysis: 'tran2', unit: undefined }],
    ['v(out)', { name: 'v(out)', expression: 'v(out)', analysis: undefined, unit: undefined }],
  ])('%s', (text, wanted) => {
    expect(parseMeasure(text)).toEqual(wanted);
  });

  it.each(['=1', 'a b=1', 'bw=', 'bw=when(', '1x=2', ''])('"%s" is refused', (text) => {
    expect(codeOf(() => parseMeasure(text))).toBe('MEASUREMENT_INVALID');
  });
});

describe('corners', () => {
  it('set library sections, temperature and values', () => {
    expect(parseCorners('ff: lib=ff, temp=-40, VDD=1.98')).toEqual([
      { name: 'ff', sections: { '*': 'ff' }, set: { VDD: 1.98 }, temperature: -40 },
    ]);
    expect(parseCorners('x: lib[res.lib]=hi, lib=tt')[0]!.sections).toEqual({ 'res.lib': 'hi', '*': 'tt' });
  });

  it('are library sections where they are only names', () => {
    expect(parseCorners('tt, ff').map(({ name, sections }) => [name, sections['*']])).toEqual([
      ['tt', 'tt'],
      ['ff', 'ff'],
    ]);
  });

  it.each(['ff: lib', 'ff: temp=hot', 'tt,,ff', 'ff: =3', '', 'VDD=3'])('"%s" is refused', (text) => {
    expect(codeOf(() => parseCorners(text))).toBe('STUDY_INVALID');
  });
});

describe('correlations', () => {
  it('of pairs that share a target form one group, 0 where nobody said', () => {
    expect(readCorrelations(['R1,R2=0.9', 'r2,R3=-0.5', 'C1,C2=1'], context)).toEqual([
      {
        targets: ['R1', 'R2', 'R3'],
        matrix: [
          [1, 0.9, 0],
          [0.9, 1, -0.5],
          [0, -0.5, 1],
        ],
      },
      {
        targets: ['C1', 'C2'],
        matrix: [
          [1, 1],
          [1, 1],
        ],
      },
    ]);
  });

  it('of several targets hold for every pair, and a matrix says all', () => {
    const all = [
      [1, 0.5, 0.5],
      [0.5, 1, 0.5],
      [0.5, 0.5, 1],
    ];
    expect(readCorrelations({ 'A,B,C': 0.5 }, context)[0]!.matrix).toEqual(all);
    expect(readCorrelations([{ targets: ['A', 'B', 'C'], matrix: all }], context)).toEqual([
      { targets: ['A', 'B', 'C'], matrix: all },
    ]);
  });

  it.each([
    [['R1,R2=1.5']],
    [['R1=0.5']],
    [['R1,r1=0.5']],
    [['R*,C1=0.5']],
    [['A,B=0.1', 'B,A=0.2']],
    [['A,B']],
    [
      [
        {
          targets: ['A', 'B'],
          matrix: [
            [1, 0.5],
            [0.4, 1],
          ],
        },
      ],
    ],
    [[{ targets: ['A', 'B'], matrix: [[1, 0.5]] }]],
    [
      [
        {
          targets: ['A', 'B'],
          matrix: [
            [1, 0],
            [0, 1],
          ],
        },
        'B,C=0.5',
      ],
    ],
  ])('%j are refused', (input) => {
    expect(codeOf(() => readCorrelations(input as string[], context))).toBe('CORRELATION_INVALID');
  });
});

describe('every short form', () => {
  it('throws nothing but SpiceLabError, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'lin',
        'dec',
        'csv',
        '(',
        ')',
        '[',
        ']',
        ',',
        '=',
        ':',
        '<',
        '>',
        '<=',
        'in',
        'lib',
        'temp',
        '1k',
        '-3',
        '"',
        'bw',
        ' ',
        '%',
        'max(v(out))',
      ),
      fc.string({ maxLength: 3 }),
    );
    const readers = [
      (text: string) => parseRange(text, context),
      (text: string) => parseSweep(text, context),
      parseSpec,
      parseMeasure,
      parseCorners,
      (text: string) => readCorrelations([text], context),
      (text: string) => parseLimits('bw', text),
    ];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const read of readers) codeOf(() => read(pieces.join('')));
      }),
      { numRuns: 1000 },
    );
  });
});
