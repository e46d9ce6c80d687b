import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, type Coverage, countOf, coverageOf, missing, overlaps, prefixOf, remove } from './coverage.ts';

const range = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }))
  .map(([start, length]) => ({ start, end: start + length }));
const operations = fc.array(fc.tuple(fc.boolean(), range), { maxLength: 30 });

const members = (set: Coverage): number[] =>
  set.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));

/** The same operations on a plain set of numbers. */
function both(steps: readonly (readonly [boolean, { start: number; end: number }])[]) {
  let coverage: Coverage = [];
  const plain = new Set<number>();
  for (const [adding, { start, end }] of steps) {
    coverage = adding ? add(coverage, { start, end }) : remove(coverage, { start, end });
    for (let i = start; i < end; i++) {
      if (adding) plain.add(i);
      else plain.delete(i);
    }
  }
  return { coverage, plain: [...plain].sort((a, b) => a - b) };
}

describe('coverage', () => {
  it('holds what a plain set of numbers holds after any additions and removals', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const { coverage, plain } = both(steps);
        expect(members(coverage)).toEqual(plain);
        expect(countOf(coverage)).toBe(plain.length);
      }),
    );
  });

  it('stays as short as it can be: ranges ascend and never touch', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const { coverage } = both(steps);
        for (let at = 1; at < coverage.length; at++)
          expect(coverage[at]!.start).toBeGreaterThan(coverage[at - 1]!.end);
      }),
    );
  });

  it('answers what is missing from a range, whether they overlap, and the gapless prefix', () => {
    fc.assert(
      fc.property(operations, range, (steps, asked) => {
        const { coverage, plain } = both(steps);
        const inside = plain.filter((i) => i >= asked.start && i < asked.end);
        const wanted = members([asked]).filter((i) => !plain.includes(i));
        expect(members(missing(coverage, asked))).toEqual(wanted);
        expect(overlaps(coverage, asked)).toBe(inside.length > 0);
        const gap = plain.findIndex((value, at) => value !== at);
        expect(prefixOf(coverage)).toBe(gap < 0 ? plain.length : gap);
      }),
    );
  });

  it('is the same whatever the order of the ranges it is made of', () => {
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        const added = ranges.reduce<Coverage>((set, next) => add(set, next), []);
        expect(coverageOf(ranges)).toEqual(added);
        expect(coverageOf([...ranges].reverse())).toEqual(added);
      }),
    );
  });
});
