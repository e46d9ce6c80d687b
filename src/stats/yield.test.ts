import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/random.ts';
import { clopperPearson, wilson } from './proportion.ts';
import { replicateInterval } from './replicates.ts';
import { YieldCollector } from './yield.ts';

const specs = [{ name: 'high enough', measurement: 'y', low: 0 }];
const replicated = (count: number, rowsPerDraw = 1) =>
  ({ kind: 'replicates', count, rowsPerDraw, method: 'replicates' }) as const;

describe('yield', () => {
  it('passes at the limits themselves', () => {
    const yields = new YieldCollector([{ name: 'in', measurement: 'y', low: 1, high: 2 }], {
      kind: 'independent',
    });
    for (const y of [1, 2, 0.999, 2.001]) yields.add([y], 0);
    expect(yields.statistics(0.95)[0]?.failuresCounted.passed).toBe(2);
  });

  it('has the interval that was asked for', () => {
    const yields = new YieldCollector(specs, { kind: 'independent' });
    for (let i = 0; i < 20; i++) yields.add([i < 7 ? 1 : -1], 0);
    expect(yields.statistics(0.95)[0]?.failuresCounted).toEqual({
      passed: 7,
      of: 20,
      ...clopperPearson(7, 20, 0.95),
    });
    expect(yields.statistics(0.9, 'wilson')[0]?.failuresCounted).toEqual({
      passed: 7,
      of: 20,
      ...wilson(7, 20, 0.9),
    });
  });

  it('counts a sample that fails one spec as failed although another is unknown', () => {
    const two = [...specs, { name: 'z', measurement: 'z', high: 1 }];
    const yields = new YieldCollector(two, { kind: 'independent' });
    yields.add([-1, Number.NaN], 0);
    yields.add([1, Number.NaN], 0);
    yields.add([1, 0], 0);
    const overall = yields.statistics(0.95)[2]!;
    expect([overall.failuresCounted.passed, overall.failuresCounted.of]).toEqual([1, 3]);
    expect([overall.failuresIgnored.passed, overall.failuresIgnored.of]).toEqual([1, 2]);
  });

  it('takes the interval of replicates, which is narrow where they agree', () => {
    const yields = new YieldCollector(specs, replicated(8));
    for (let i = 0; i < 800; i++)
      yields.add([i % 8 === 0 && i < 80 ? -1 : Math.floor(i / 8) % 2 ? 1 : -1], i % 8);
    const { failuresCounted, method } = yields.statistics(0.95)[0]!;
    expect(method).toBe('replicates');
    expect(failuresCounted.high - failuresCounted.low).toBeLessThan(0.05);
  });

  it('counts draws, not rows, where replicates say nothing because nothing failed', () => {
    const yields = new YieldCollector(specs, replicated(10, 5));
    for (let i = 0; i < 500; i++) yields.add([1], Math.floor(i / 5) % 10);
    const { failuresCounted } = yields.statistics(0.95)[0]!;
    expect(failuresCounted).toMatchObject({ passed: 500, of: 500 });
    expect(failuresCounted.low).toBeCloseTo(0.025 ** (1 / 100), 12);
  });

  it('counts draws where all replicates agree on a share that no double holds', () => {
    const yields = new YieldCollector(specs, replicated(20, 3));
    for (let i = 0; i < 300; i++) yields.add([i % 3 === 0 ? 0.5 : Number.NaN], Math.floor(i / 3) % 20);
    const { failuresCounted, method } = yields.statistics(0.95)[0]!;
    expect(failuresCounted.high - failuresCounted.low).toBeGreaterThan(0.1);
    expect(method).toBe('Clopper-Pearson 1934');
  });

  it('says nothing without specs', () => {
    expect(new YieldCollector([], { kind: 'independent' }).statistics(0.95)).toEqual([]);
  });
});

describe('replicates', () => {
  it('cover the truth as often as they say, whatever happens within them', () => {
    const { normal } = seeded(11);
    let covered = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const parts = Array.from({ length: 8 }, normal);
      const mean = parts.reduce((sum, x) => sum + x, 0) / 8;
      const { low, high } = replicateInterval(mean, parts, 0.95)!;
      if (low <= 0 && 0 <= high) covered++;
    }
    expect(Math.abs(covered / 4000 - 0.95)).toBeLessThan(0.012);
    expect(replicateInterval(1, [1], 0.95)).toBeUndefined();
    expect(replicateInterval(1, [1, Number.NaN], 0.95)).toBeUndefined();
  });
});
