import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { plotOfRaw, type RawPlot, rawOfPlot, readRaw, writeRaw, writeRawAscii } from './index.ts';

const double = fc.double();
const vectorArb = (points: number, complex: boolean) => {
  const column = fc.array(double, { minLength: points, maxLength: points }).map((x) => Float64Array.from(x));
  return complex ? fc.record({ re: column, im: column }) : fc.record({ re: column });
};
const plotArb: fc.Arbitrary<RawPlot> = fc
  .tuple(fc.nat(5), fc.boolean(), fc.integer({ min: 1, max: 4 }))
  .chain(([points, complex, count]) =>
    fc.record({
      title: fc.stringMatching(/^[a-z*:]{0,8}$/),
      date: fc.constant('Mon Nov 23 21:37:12 2026'),
      name: fc.constantFrom('AC Analysis', 'Transient Analysis'),
      variables: fc.array(
        fc.record({
          name: fc.stringMatching(/^[a-z@#()[\].0-9]{1,8}$/),
          type: fc.constantFrom('voltage', 'current'),
          vector: vectorArb(points, complex),
        }),
        { minLength: count, maxLength: count },
      ),
    }),
  );

describe('raw files', () => {
  it('come back bit for bit, binary and ASCII, several plots in one file', () => {
    fc.assert(
      fc.property(fc.array(plotArb, { maxLength: 3 }), (plots) => {
        expect(readRaw(writeRaw(plots))).toEqual(plots);
        expect(readRaw(writeRawAscii(plots))).toEqual(plots);
      }),
    );
  });

  it('that are torn or foreign throw SpiceLabError and nothing else', () => {
    const whole = writeRaw([
      {
        title: 't',
        date: '',
        name: 'AC Analysis',
        variables: [{ name: 'frequency', type: 'frequency', vector: { re: Float64Array.of(1, 2) } }],
      },
    ]);
    for (let length = 1; length < whole.length; length++)
      expect(() => readRaw(whole.subarray(0, length))).toThrowError(
        expect.objectContaining({ code: 'FILE_FAILED' }),
      );
    const text = new TextEncoder();
    for (const foreign of [
      'Title: x\nNo. Variables: 99999999999\nNo. Points: 9999999\nVariables:\n',
      'Title: x\nNo. Variables: 0\nNo. Points: 3\nVariables:\nnonsense\n',
      'Title: x\nNo. Variables: 1\nNo. Points: 1\nVariables:\n\t0\tv(a)\tvoltage\nValues:\n 0\tabc\n',
      'Title: x\nNo. Variables: 1\nNo. Points: 1\nVariables:\n\t0\tv(a)\tvoltage\nValues:\n 7\t1.0\n',
    ])
      expect(() => readRaw(text.encode(foreign))).toThrowError(SpiceLabError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length), (noise, at) => {
        const broken = new Uint8Array([...whole.subarray(0, at), ...noise]);
        try {
          readRaw(broken);
        } catch (error) {
          if (!(error instanceof SpiceLabError)) throw error;
        }
      }),
    );
  });

  it('of an ASCII transient read as ngspice writes them', () => {
    const file = [
      'Title: * rc',
      'Date: Mon Nov 23 21:37:12  2026',
      'Plotname: Transient Analysis',
      'Flags: real',
      'No. Variables: 3',
      'No. Points: 2',
      'Variables:',
      '\t0\ttime\ttime',
      '\t1\tv(out)\tvoltage',
      '\t2\ti(@m1[id])\tcurrent dims=1',
      'Values:',
      ' 0\t0.000000000000000e+00',
      '\t-1.5e+00',
      '\tnan',
      '',
      ' 1\t1.000000000000000e-06',
      '\t2.5e+00',
      '\t-inf',
      '',
    ].join('\n');
    const plot = plotOfRaw(readRaw(new TextEncoder().encode(file))[0]!)!;
    expect(plot.kind).toBe('tran');
    expect(plot.scale).toBe('time');
    expect([...plot.vectors.get('v(out)')!.re]).toEqual([-1.5, 2.5]);
    expect([...plot.vectors.get('i(@m1[id])')!.re]).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
  });

  it('of a plot put the scale first and keep its vectors', () => {
    const plot = {
      kind: 'tran' as const,
      scale: 'time',
      vectors: new Map([
        ['v(out)', { re: Float64Array.of(1, 2) }],
        ['time', { re: Float64Array.of(0, 1) }],
      ]),
    };
    const [raw] = readRaw(writeRaw([rawOfPlot(plot)]));
    expect(raw!.variables[0]!.name).toBe('time');
    expect(plotOfRaw(raw!)).toEqual(plot);
  });

  it('refuse vectors of different lengths', () => {
    const variable = (n: number) => ({ name: `v${n}`, type: 'voltage', vector: { re: new Float64Array(n) } });
    const plot = { title: '', date: '', name: 'x', variables: [variable(1), variable(2)] };
    expect(() => writeRaw([plot])).toThrowError(expect.objectContaining({ code: 'FILE_FAILED' }));
  });
});
