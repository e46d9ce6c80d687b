import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDesignVariable } from '../study/design.ts';
import { Space } from './space.ts';

const spaceOf = (...ranges: string[]) =>
  new Space(ranges.map((range, k) => readDesignVariable(`x${k}`, range)));

describe('the space of designs', () => {
  it('every point is a design within its ranges, and the design leads back to the point', () => {
    const space = spaceOf(
      '-5..10',
      'log(1n, 1u)',
      'integer(1, 8)',
      'grid(1u, 2u, 0.1u)',
      'choice(7, 3, 5)',
      'e24(1k, 100k)',
    );
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const index = (count: number) => fc.integer({ min: 0, max: count - 1 });
    expect(space.dimensions.map(({ count }) => count)).toEqual([0, 0, 8, 11, 3, 49]);
    fc.assert(
      fc.property(fc.tuple(unit, unit, index(8), index(11), index(3), index(49)), (point) => {
        const values = space.valuesAt(point);
        expect(values[0]).toBeGreaterThanOrEqual(-5);
        expect(values[1]).toBeLessThanOrEqual(1e-6);
        space.pointOf(values).forEach((coordinate, k) => {
          expect(coordinate).toBeCloseTo(point[k]!, 9);
        });
      }),
    );
  });

  it('is as large as the grid has points, and endless where something is continuous', () => {
    expect(spaceOf('integer(1, 8)', 'choice(1, 2, 3)').size).toBe(24);
    expect(spaceOf('integer(1, 8)', '0..1').size).toBe(Number.POSITIVE_INFINITY);
  });

  it('a logarithmic whole number reaches both ends', () => {
    const space = spaceOf('integer(1, 1000, log)');
    expect([space.valuesAt([0]), space.valuesAt([1])]).toEqual([[1], [1000]]);
    const fill = space.fill('sobol', 1);
    const values = Array.from({ length: 256 }, (_, i) => space.valuesAt(fill(i))[0]!);
    expect(values.filter((value) => value < 32).length).toBeGreaterThan(100);
  });

  it('says which value lies outside', () => {
    expect(() => spaceOf('0..1').pointOf([2])).toThrow(/x0 = 2 lies outside/);
  });
});
