import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formulaPlan } from '../../test/fakes/plans.ts';
import { chooser } from '../../test/fakes/play.ts';
import { createSampler } from '../plan/sampler.ts';
import { firstLook, type LookGrid, lookGrid, nextLook } from './looks.ts';
import type { StoppingRule } from './rule.ts';
import { extendPrefix, type Prefix, type StopTest, startPrefix } from './stopping.ts';

const INDEPENDENT: LookGrid = { points: 1, replicates: 1, block: 1, doubling: false };
const CONFIDENCE = 0.95;

const yieldRule = (amount: number): StoppingRule => ({
  kind: 'yield',
  text: 'yield',
  bounds: [{ measurement: 'sum', low: -2 }],
  tolerance: { amount, relative: false },
});
const ruleOn = (kind: 'mean' | 'sigma', amount: number, relative: boolean): StoppingRule => ({
  kind,
  text: kind,
  measurement: 'x',
  tolerance: { amount, relative },
});
const testOf = (rule: StoppingRule, grid = INDEPENDENT): StopTest => ({ rule, confidence: CONFIDENCE, grid });

/** Feeds samples in pieces until the rule is met. */
function runUntilMet(test: StopTest, score: (sample: number) => number, ceiling = 200_000): Prefix {
  let prefix = startPrefix(test);
  for (let start = 0; start < ceiling && !prefix.last?.met; start += 500) {
    const scores = Float64Array.from({ length: 500 }, (_, k) => score(start + k));
    prefix = extendPrefix(prefix, test, { start, end: start + 500 }, scores, ceiling);
  }
  return prefix;
}

/** Share of seeds whose interval at the stop has the truth, and whose estimate is within the tolerance of it. */
function coverage(test: StopTest, truth: number, scoreOf: (seed: number) => (sample: number) => number) {
  const seeds = 300;
  let covered = 0;
  let close = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const { last } = runUntilMet(test, scoreOf(seed));
    if (!last?.met) throw new Error('never stopped');
    if (last.low <= truth && truth <= last.high) covered++;
    const { amount, relative } = test.rule.tolerance;
    if (Math.abs(last.value - truth) <= amount * (relative ? Math.abs(last.value) : 1)) close++;
  }
  return { covered: covered / seeds, close: close / seeds };
}

const uniform = (seed: number) => {
  const choose = chooser(seed * 7919);
  return () => (choose(2 ** 31) + 0.5) / 2 ** 31;
};
/** Box & Muller 1958. */
const normal = (seed: number, mean: number, sigma: number) => {
  const next = uniform(seed);
  return () => mean + sigma * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
};

describe('a stopping rule that looks again and again', () => {
  it.each([0.5, 0.9, 0.99])('keeps its confidence for a yield of %d', (p) => {
    const result = coverage(testOf(yieldRule(0.03)), p, (seed) => {
      const next = uniform(seed);
      return () => Number(next() < p);
    });
    expect(result.covered).toBeGreaterThanOrEqual(CONFIDENCE);
    expect(result.close).toBeGreaterThanOrEqual(CONFIDENCE);
  });

  it('keeps its confidence for the mean of a normal variable', () => {
    const result = coverage(testOf(ruleOn('mean', 0.01, true)), 10, (seed) => normal(seed, 10, 1));
    expect(result.covered).toBeGreaterThanOrEqual(CONFIDENCE);
    expect(result.close).toBeGreaterThanOrEqual(CONFIDENCE);
  });

  it('keeps its confidence for the sigma of a normal variable', () => {
    const result = coverage(testOf(ruleOn('sigma', 0.1, true)), 2, (seed) => normal(seed, 3, 2));
    expect(result.covered).toBeGreaterThanOrEqual(CONFIDENCE);
    expect(result.close).toBeGreaterThanOrEqual(CONFIDENCE);
  });

  it('keeps its confidence for the mean of a skewed variable', () => {
    const result = coverage(testOf(ruleOn('mean', 0.1, false)), 1, (seed) => {
      const next = uniform(seed);
      return () => -Math.log(next());
    });
    expect(result.close).toBeGreaterThanOrEqual(CONFIDENCE);
  });

  it('takes little more samples than a plan of fixed size would have', () => {
    const test = testOf(yieldRule(0.01));
    const next = uniform(5);
    const { last } = runUntilMet(test, () => Number(next() < 0.87));
    // 1.96² 0.87 0.13 / 0.01² = 4,345
    expect(last!.samples).toBeLessThan(2 * 4_345);
  });

  it('keeps its confidence from the replicates of Sobol points, with fewer samples', () => {
    const plan = (seed: number) => formulaPlan({ sampling: { method: 'sobol', seed, replicates: 16 } });
    const test = testOf(ruleOn('mean', 0.05, false), lookGrid(plan(1)));
    let covered = 0;
    let samples = 0;
    const seeds = 40;
    for (let seed = 1; seed <= seeds; seed++) {
      const sampler = createSampler(plan(seed));
      const score = (sample: number) => {
        const { values } = sampler.batch(sample, sample + 1);
        return values[0]! + values[1]!;
      };
      const { last } = runUntilMet(test, score);
      if (last!.low <= 0 && 0 <= last!.high) covered++;
      samples += last!.samples / seeds;
    }
    expect(covered / seeds).toBeGreaterThanOrEqual(CONFIDENCE);
    // (1.96 sqrt 2 / 0.05)² = 3073 independent samples at the very least
    expect(samples).toBeLessThan(1000);
  });
});

describe('the decision of a stopping rule', () => {
  it('depends on nothing but the scores: not on how they are cut or in which order they come', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 1999 }), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, fc.nat(), fc.constantFrom(1, 2, 3), (at, seed, points) => {
        const score = normal(3, 5, 1);
        const scores = Float64Array.from({ length: 2000 }, score);
        scores[7] = Number.NaN;
        const test = testOf(ruleOn('mean', 0.1, false), { ...INDEPENDENT, points });
        const bounds = [0, ...at.sort((a, b) => a - b), 2000];
        const pieces = bounds.slice(1).map((end, k) => ({ start: bounds[k]!, end }));
        const feed = (order: readonly { start: number; end: number }[]) =>
          order.reduce(
            (prefix, range) => extendPrefix(prefix, test, range, scores.slice(range.start, range.end), 2000),
            startPrefix(test),
          );
        const choose = chooser(seed);
        const shuffled = [...pieces];
        for (let k = shuffled.length - 1; k > 0; k--) {
          const other = choose(k + 1);
          [shuffled[k], shuffled[other]] = [shuffled[other]!, shuffled[k]!];
        }
        const whole = feed([{ start: 0, end: 2000 }]);
        expect(whole.last?.met).toBe(true);
        expect(feed(shuffled).last).toEqual(whole.last);
        expect(feed(shuffled).next).toBe(whole.next);
      }),
      { numRuns: 60 },
    );
  });

  it('is never about samples beyond a gap or the ceiling', () => {
    const test = testOf(yieldRule(0.2));
    const passes = (count: number) => new Float64Array(count).fill(1);
    const gap = extendPrefix(startPrefix(test), test, { start: 1, end: 5000 }, passes(4999), 5000);
    expect(gap.last).toBeUndefined();
    const filled = extendPrefix(gap, test, { start: 0, end: 1 }, passes(1), 5000);
    expect(filled.last).toMatchObject({ samples: 100, met: true });
    const low = extendPrefix(startPrefix(test), test, { start: 0, end: 5000 }, passes(5000), 99);
    expect(low.next).toBe(99);
    expect(low.last).toBeUndefined();
  });

  it('is not taken for certain because all Sobol replicates passed', () => {
    const grid = lookGrid(formulaPlan({ sampling: { method: 'sobol', seed: 1, replicates: 16 } }));
    const { last } = runUntilMet(testOf(yieldRule(0.005), grid), () => 1);
    // All of n passed: the interval of Clopper & Pearson is 1 - (alpha/2)^(1/n) wide, 736 samples for alpha = 5 %.
    expect(last!.samples).toBeGreaterThan(736);
  });
});

describe('looks', () => {
  const sizes = (grid: LookGrid, count: number): number[] => {
    const list = [firstLook(grid)];
    while (list.length < count) list.push(nextLook(grid, list.at(-1)!));
    return list;
  };

  it('grow by half from 100 samples, at whole draws of a sweep', () => {
    expect(sizes(INDEPENDENT, 5)).toEqual([100, 150, 225, 338, 507]);
    expect(sizes({ ...INDEPENDENT, points: 3 }, 3)).toEqual([300, 450, 675]);
  });

  it('are at powers of two per replicate of Sobol points, and at whole Latin hypercubes', () => {
    const sobol = lookGrid(formulaPlan({ sampling: { method: 'sobol', seed: 1, replicates: 5 } }));
    expect(sizes(sobol, 3)).toEqual([160, 320, 640]);
    const lhs = lookGrid(formulaPlan({ sampling: { method: 'lhs', seed: 1, block: 80 } }));
    expect(sizes(lhs, 4)).toEqual([160, 240, 400, 640]);
  });
});
