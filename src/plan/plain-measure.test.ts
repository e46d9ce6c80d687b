import { describe, expect, it } from 'vitest';
import { plainMeasure } from './plain-measure.ts';

const told = (kind: 'op' | 'ac' | 'tran' | 'dc' | 'noise', expression: string, name = 'y') =>
  plainMeasure({ name, expression, analysis: { kind, vectors: ['v(out)'] }, values: Float64Array.of(3) });

describe('a measurement in the words of ngspice', () => {
  it.each([
    ['ac', 'when(vdb(out), -3)', 'meas ac y when vdb(out)=-3 cross=1'],
    ['ac', 'when(db(v(out)), -$0, fall=last)', 'meas ac y when vdb(out)=-3 fall=last'],
    ['ac', 'at(mag(v(out)), 1k)', 'meas ac y find vm(out) at=1000'],
    ['ac', 'max_at(vm(out))', 'meas ac y max_at vm(out)'],
    ['tran', 'cross(v(x1.out), 0.5, rise=2)', 'meas tran y when v(x1.out)=5e-1 rise=2'],
    ['tran', 'pp(v(out))', 'meas tran y pp v(out)'],
    ['dc', 'at(i(v1), 1.5)', 'meas dc y find i(v1) at=15e-1'],
  ] as const)('of .%s: %s', (kind, expression, command) => {
    expect(told(kind, expression)).toEqual([command]);
  });

  it('of an operating point is arithmetic', () => {
    expect(told('op', 'abs(v(out) - v(inp)) / (2 * $0)')).toEqual([
      'let y = (abs((v(out) - v(inp))) / (2 * 3))',
      'print y',
    ]);
  });

  it.each([
    ['ac', 'when(ph(v(out)), -90)'],
    ['ac', 'max(v(out))'],
    ['ac', 'avg(vm(out))'],
    ['tran', 'when(v(out), 0.5, from=1u)'],
    ['tran', 'max(v(out)) - 1'],
    ['tran', 'max(v(a,b))'],
    ['tran', 'rise(v(out))'],
    ['op', 'v(out) ^ 2'],
    ['noise', 'onoise_total'],
  ] as const)('is none where it means something else there, or nothing: .%s: %s', (kind, expression) => {
    expect(told(kind, expression)).toBeUndefined();
  });

  it('is none for a name that ngspice would take for something else', () => {
    expect(told('tran', 'max(v(out))', 'out')).toBeUndefined();
    expect(told('tran', 'max(v(out))', 'max(v(out))')).toBeUndefined();
  });
});
