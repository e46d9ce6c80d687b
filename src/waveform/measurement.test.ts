import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { canonicalVector, compileMeasurement, FUNCTIONS, type Plot } from './index.ts';
import { ac, tran } from './test-plots.ts';

const op: Plot = {
  kind: 'op',
  scale: '',
  vectors: new Map([
    ['out', { re: Float64Array.of(1.5) }],
    ['v1#branch', { re: Float64Array.of(-2e-3) }],
    ['@m.xm1.m0[gm]', { re: Float64Array.of(1e-4) }],
  ]),
};

describe('compileMeasurement', () => {
  it('finds vectors whatever way the plot spells them', () => {
    const power = compileMeasurement('-V(Out)*I(V1)');
    expect(power.vectors).toEqual(['v(out)', 'i(v1)']);
    expect(power.evaluate(op).value).toBeCloseTo(3e-3, 15);
    expect(power.unit('op')).toBe('W');
    expect(compileMeasurement('@m.xm1.m0[gm]').evaluate(op)).toEqual({ value: 1e-4 });
    expect(compileMeasurement('out').evaluate(op)).toEqual({ value: 1.5 });
    expect(compileMeasurement('max(v(out))').evaluate(op)).toEqual({ value: 1.5 });
    expect(compileMeasurement('v(out,0) > 1 ? 2 : 3').evaluate(op)).toEqual({ value: 2 });
  });

  it('reads scalars by name and by $k, ahead of vectors', () => {
    const ratio = compileMeasurement('gain_db / $1 + bw*pi', { scalars: new Set(['gain_db', 'bw']) });
    expect(ratio.vectors).toEqual([]);
    expect(ratio.scalars).toEqual(['$1', 'gain_db', 'bw']);
    const values: Record<string, number> = { gain_db: 60, $1: 2, bw: 0 };
    expect(ratio.evaluate(op, (name) => values[name])).toEqual({ value: 30 });
  });

  it('refuses what it cannot mean, saying what to write', () => {
    for (const [text, code, words] of [
      ['mx(v(out))', 'EXPRESSION_NAME', /Did you mean max/],
      ['when(v(out))', 'EXPRESSION_TYPE', /Write when\(expr, level/],
      ['when(v(out), 1, raise=1)', 'EXPRESSION_TYPE', /rise=/],
      ['constructor(v(out))', 'EXPRESSION_NAME', /./],
    ] as const)
      expect(() => compileMeasurement(text, { place: { file: 'a.cir', line: 3 } })).toThrowError(
        expect.objectContaining({
          code,
          remedy: expect.stringMatching(words),
          place: { file: 'a.cir', line: 3 },
        }),
      );
  });

  it('names the vector that an analysis has not, and the nearest it has', () => {
    expect(() => compileMeasurement('v(outt)').evaluate(op)).toThrowError(
      expect.objectContaining({ code: 'EXPRESSION_NAME', remedy: 'Did you mean v(out)?' }),
    );
    expect(() => compileMeasurement('constructor').evaluate(op)).toThrowError(
      expect.objectContaining({ code: 'EXPRESSION_NAME' }),
    );
    expect(() => compileMeasurement('when(v(out), 1)').evaluate(op)).toThrowError(
      expect.objectContaining({ code: 'EXPRESSION_TYPE', message: expect.stringContaining('.op has none') }),
    );
  });

  it('refuses a curve as the answer', () => {
    const plot = tran(Float64Array.of(0, 1), { 'v(out)': (t) => t });
    expect(compileMeasurement('v(out)').isScalarIn('tran')).toBe(false);
    expect(compileMeasurement('v(out)').isScalarIn('op')).toBe(true);
    expect(compileMeasurement('max(v(out)) - $0').isScalarIn('tran')).toBe(true);
    expect(compileMeasurement('max(v(out), 0)').isScalarIn('tran')).toBe(false);
    expect(() => compileMeasurement('2*v(out)').evaluate(plot)).toThrowError(
      expect.objectContaining({
        code: 'EXPRESSION_TYPE',
        remedy: expect.stringContaining('max(2 * v(out))'),
      }),
    );
  });

  it('refuses a curve where a number is needed', () => {
    const plot = tran(Float64Array.of(0, 1), { 'v(a)': (t) => t, 'v(b)': (t) => 1 - t });
    expect(() => compileMeasurement('when(v(a), v(b))').evaluate(plot)).toThrowError(
      expect.objectContaining({ code: 'EXPRESSION_TYPE', remedy: expect.stringContaining('when(a - b, 0)') }),
    );
    expect(compileMeasurement('when(v(a) - v(b), 0)').evaluate(plot)).toEqual({ value: 0.5 });
  });

  it('throws nothing but SpiceLabError, whatever the expression and the plot', () => {
    const names = FUNCTIONS.map((f) => f.name);
    const leaf = fc.constantFrom('v(a)', 'b', '0.5', '-3', 'time', '$0', 'pi', 'last', '1k', 'constructor');
    const call = fc
      .tuple(
        fc.constantFrom(...names),
        fc.array(leaf, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', ', rise=last', ', from=0.2', ', to=-1', ', edge=0', ', ref=peak', ', cross=v(a)'),
      )
      .map(([name, args, named]) => `${name}(${args.join(', ')}${named})`);
    const text = fc.oneof(
      call,
      fc.tuple(call, call).map(([a, b]) => `${a} < 2 ? ${b} : ${a} ^ 2`),
    );
    const grid = fc.array(fc.double(), { maxLength: 5 });
    fc.assert(
      fc.property(text, grid, fc.boolean(), (expression, values, complex) => {
        const re = Float64Array.from(values);
        const vectors = new Map([
          ['time', { re: re.map((_, k) => k) }],
          ['v(a)', complex ? { re, im: re } : { re }],
          ['b', { re }],
        ]);
        try {
          const measurement = compileMeasurement(expression);
          const { value, problem } = measurement.evaluate({ kind: 'tran', scale: 'time', vectors }, () => 2);
          expect(Number.isFinite(value)).toBe(problem === undefined);
        } catch (error) {
          if (!(error instanceof SpiceLabError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('says that a result is not a number instead of passing it on', () => {
    expect(compileMeasurement('v(out)/0').evaluate(op).problem).toBe('the result is Infinity');
    expect(compileMeasurement('ln(-v(out))').evaluate(op).problem).toBe('the result is NaN');
  });

  it('computes with complex numbers where the analysis is complex', () => {
    const plot = ac(Float64Array.of(1, 2), { a: () => [3, 4], b: () => [0, 2] });
    const first = (text: string) => compileMeasurement(`first(${text})`).evaluate(plot).value;
    expect(first('v(a)')).toBe(5);
    expect(first('real(v(a)/v(b))')).toBe(2);
    expect(first('imag(v(a)/v(b))')).toBe(-1.5);
    expect(first('imag(v(a)*v(b))')).toBe(6);
    expect(first('real(v(b)^2)')).toBeCloseTo(-4, 14);
    expect(first('imag(sqrt(v(b)*v(b)))')).toBeCloseTo(2, 14);
    expect(first('vm(a,b)')).toBeCloseTo(Math.hypot(3, 2), 14);
    expect(first('real(-v(a))')).toBe(-3);
    expect(first('vr(a) > 2 ? real(v(a)) : 0')).toBe(3);
    expect(first('db(v(b))')).toBeCloseTo(20 * Math.log10(2), 12);
    expect(first('ph(v(b))')).toBe(90);
    expect(first('abs(exp(v(b)))')).toBeCloseTo(1, 14);
  });
});

describe('units', () => {
  it.each([
    ['v(out)', 'op', 'V'],
    ['out', 'op', 'V'],
    ['i(v1)', 'op', 'A'],
    ['vdb(out)', 'ac', 'dB'],
    ['max(vdb(out)) - 3', 'ac', 'dB'],
    ['when(v(out), 1)', 'ac', 'Hz'],
    ['when(v(out), 1)', 'tran', 's'],
    ['when(v(out), 1)', 'dc', 'V'],
    ['v(out)/v(in)', 'op', ''],
    ['v(out)/i(v1)', 'op', 'Ohm'],
    ['i(v1)/v(out)', 'op', 'S'],
    ['v(dd)*i(v1)', 'op', 'W'],
    ['@m1[gm]', 'op', 'S'],
    ['@m.xm1.m0[id]', 'op', 'A'],
    ['@m1[vth]', 'op', 'V'],
    ['@m1[cgs]', 'op', 'F'],
    ['@m1[gm]/@m1[id]', 'op', ''],
    ['at(ph(v(out)), 1k)', 'ac', 'deg'],
    ['rise(v(out))', 'tran', 's'],
    ['1/period(v(out))', 'tran', 'Hz'],
    ['phase_margin(v(out))', 'ac', 'deg'],
    ['integral(i(v1))', 'tran', 'C'],
    ['max(deriv(v(out)))', 'tran', 'V/s'],
    ['onoise_total', 'noise', 'V'],
    ['output_impedance', 'tf', 'Ohm'],
    ['v(a) + i(b)', 'op', ''],
    ['2*v(a)', 'op', 'V'],
  ] as const)('of %s in %s are "%s"', (text, kind, unit) => {
    expect(compileMeasurement(text).unit(kind)).toBe(unit);
  });
});

describe('hints', () => {
  it.each([
    ['bandwidth(v(out))', 'ac'],
    ['when(vdb(out), -3)', 'ac'],
    ['rise(v(out))', 'tran'],
    ['at(v(out), time)', 'tran'],
    ['onoise_total', 'noise'],
    ['transfer_function', 'tf'],
    ['v(out)', 'op'],
    ['@m1[gm]*2', 'op'],
    ['max(v(out))', undefined],
    ['1+1', undefined],
  ] as const)('of %s: %s', (text, kind) => {
    expect(compileMeasurement(text).analysisHint).toBe(kind);
  });
});

describe('canonicalVector', () => {
  it.each([
    ['out', 'v(out)'],
    ['V(Out)', 'v(out)'],
    ['V(1)', 'v(1)'],
    ['v1#branch', 'i(v1)'],
    ['i(V1)', 'i(v1)'],
    ['@m1[id]', '@m1[id]'],
    ['i(@m1[id])', '@m1[id]'],
    ['v(v-sweep)', 'v-sweep'],
    ['v(onoise_total)', 'onoise_total'],
    ['frequency', 'frequency'],
    ['v(time)', 'v(time)'],
    ['m.x1.m0#drain', 'v(m.x1.m0#drain)'],
    ['v(output_impedance_at_v(out))', 'output_impedance'],
    ['vs#Output_impedance', 'output_impedance'],
    ['v1#Input_impedance', 'input_impedance'],
    ['Transfer_function', 'transfer_function'],
  ])('of %s is %s', (name, canonical) => {
    expect(canonicalVector(name)).toBe(canonical);
    expect(canonicalVector(canonical)).toBe(canonical);
  });
});

describe('FUNCTIONS', () => {
  it('describes every function once', () => {
    expect(new Set(FUNCTIONS.map((f) => f.name)).size).toBe(FUNCTIONS.length);
    for (const { name, signature, summary } of FUNCTIONS) {
      expect(signature.startsWith(`${name}(`)).toBe(true);
      expect(summary).toMatch(/\.$/);
    }
  });
});
