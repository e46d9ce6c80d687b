import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { front, type Outcome, ranked, violationOf } from './rank.ts';

const of = (objectives: number[], constraints: number[] = []): Outcome => ({ objectives, constraints });

describe('the order of designs', () => {
  it('what holds every constraint comes before all that does not, and what has no figure last', () => {
    const outcomes = [of([1], [0.2]), of([Number.NaN], [0]), of([9], [0]), of([5], [-1]), of([0], [0.1])];
    expect(ranked(outcomes)).toEqual([3, 2, 4, 0, 1]);
    expect(violationOf(outcomes[1]!)).toBe(Number.POSITIVE_INFINITY);
  });

  it('fronts come one after the other, the ends of a front first', () => {
    const outcomes = [of([3, 3]), of([1, 4]), of([4, 1]), of([2, 2]), of([5, 5])];
    expect(ranked(outcomes)).toEqual([1, 2, 3, 0, 4]);
    expect(front(outcomes)).toEqual([1, 2, 3]);
  });

  it('nothing in a front is dominated, and everything outside of it is', () => {
    const objective = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(objective, objective, objective), { minLength: 1, maxLength: 30 }),
        (rows) => {
          const outcomes = rows.map((row) => of(row));
          const first = new Set(front(outcomes));
          const dominated = (i: number) =>
            rows.some(
              (row) => row.every((v, k) => v <= rows[i]![k]!) && row.some((v, k) => v < rows[i]![k]!),
            );
          expect(rows.map((_, i) => dominated(i))).toEqual(rows.map((_, i) => !first.has(i)));
          expect([...ranked(outcomes)].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
        },
      ),
    );
  });
});
