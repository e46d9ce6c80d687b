import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber } from './format.ts';
import { parseNumber, readNumber, readQuantity } from './number.ts';

describe('readNumber', () => {
  it.each([
    ['1k', 1e3, ''],
    ['1MEG', 1e6, ''],
    ['1Megohm', 1e6, 'ohm'],
    ['1M', 1e-3, ''],
    ['1kOhm', 1e3, 'Ohm'],
    ['10uF', 1e-5, 'F'],
    ['10µF', 1e-5, 'F'],
    ['1.5e-3', 1.5e-3, ''],
    ['1mil', 25.4e-6, ''],
    ['5milV', 127e-6, 'V'],
    ['-2.5n', -2.5e-9, ''],
    ['+.5p', 5e-13, ''],
    ['5.', 5, ''],
    ['1F', 1e-15, ''],
    ['3A', 3, 'A'],
    ['2aF', 2e-18, 'F'],
    ['1e3k', 1e6, ''],
    ['-3dB', -3, 'dB'],
    ['2T', 2e12, ''],
    ['1g', 1e9, ''],
    ['1.4kHz', 1400, 'Hz'],
    ['27C', 27, 'C'],
  ])('reads %s', (text, value, unit) => {
    const number = readNumber(text)!;
    expect(number.value).toBeCloseTo(value, 12);
    expect(number.value / value).toBeCloseTo(1, 14);
    expect(number.unit).toBe(unit);
  });

  it('gives the double nearest to the decimal, with or without a suffix', () => {
    expect(parseNumber('10u')).toBe(1e-5);
    expect(parseNumber('0.1m')).toBe(1e-4);
  });

  it.each(['', 'k', '1k2', '1e400', 'abc', '1 k', '--1', '.'])('refuses "%s"', (text) => {
    expect(readNumber(text)).toBeUndefined();
    expect(() => parseNumber(text)).toThrowError(expect.objectContaining({ code: 'NUMBER_SYNTAX' }));
  });
});

describe('readQuantity', () => {
  it('tells shares from amounts', () => {
    expect(readQuantity('1%')).toEqual({ amount: 0.01, relative: true });
    expect(readQuantity('-2.5 %')).toEqual({ amount: -0.025, relative: true });
    expect(readQuantity('200ppm')).toEqual({ amount: 200e-6, relative: true });
    expect(readQuantity('10m')).toEqual({ amount: 0.01, relative: false });
    expect(readQuantity('1k%')).toBeUndefined();
    expect(readQuantity('%')).toBeUndefined();
  });
});

describe('formatNumber', () => {
  it.each([
    [1591.549, 'Hz', '1.592 kHz'],
    [-3.0103, 'dB', '-3.01 dB'],
    [0.002565, 'V', '2.565 mV'],
    [-0.002565, 'V', '-2.565 mV'],
    [999.99, 'V', '1 kV'],
    [1e6, '', '1meg'],
    [4.7e3, '', '4.7k'],
    [1e-5, 'F', '10 µF'],
    [0, 'V', '0 V'],
    [Number.NaN, 'V', 'NaN V'],
    [Number.NEGATIVE_INFINITY, 'V', '-inf V'],
    [12.34567, '%', '12.35%'],
    [1e-30, 'V', '1e-30 V'],
    [1.5e-18, 'F', '1.5 aF'],
    [3e15, 'Hz', '3e15 Hz'],
    [0.25, 'V^2', '0.25 V^2'],
  ])('prints %d %s', (value, unit, text) => {
    expect(formatNumber(value, unit)).toBe(text);
  });

  it('prints without a unit what reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(readNumber(formatNumber(x, '', 17))?.value).toBe(x);
      }),
    );
  });
});
