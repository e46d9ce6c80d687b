import { describe, expect, it } from 'vitest';
import { SCALAR_FUNCTIONS } from '../expression/index.ts';
import { derivative, unwrappedPhase } from './elementwise.ts';
import { compileMeasurement, type Plot } from './index.ts';

const op: Plot = { kind: 'op', scale: '', vectors: new Map([['x', { re: Float64Array.of(0.5) }]]) };

describe('functions of numbers', () => {
  it('mean the same in measurements as in parameters', () => {
    for (const [name, { least, apply }] of SCALAR_FUNCTIONS) {
      const args = [0.5, 2, 3].slice(0, least);
      const { value } = compileMeasurement(
        `${name}(${['v(x)', '2', '3'].slice(0, least).join(',')})`,
      ).evaluate(op);
      const expected = apply(...args);
      if (name === 'min' || name === 'max') continue;
      if (Number.isNaN(expected)) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(expected, 14);
    }
  });
});

describe('derivative', () => {
  it('of a parabola is exact within a grid that is not uniform', () => {
    const x = Float64Array.of(0, 1, 1.5, 4, 5);
    const slope = derivative(
      x,
      x.map((t) => t * t),
    );
    expect([...slope.subarray(1, 4)]).toEqual([2, 3, 8]);
  });
});

describe('unwrappedPhase', () => {
  it('follows a vector that turns many times', () => {
    const angles = Float64Array.from({ length: 50 }, (_, k) => -k);
    const { re } = unwrappedPhase({ re: angles.map(Math.cos), im: angles.map(Math.sin) });
    re.forEach((degrees, k) => {
      expect(degrees).toBeCloseTo((-k * 180) / Math.PI, 9);
    });
  });
});
