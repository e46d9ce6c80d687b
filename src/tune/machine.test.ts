import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, decide, type Job, type Log, type Rules, spent } from './machine.ts';
import type { Outcome } from './rank.ts';
import { rungsOf } from './rungs.ts';

/** A search whose designs have a hidden value; which job ends first, and when the process is killed, comes from a seed. */
class Search {
  jobs: Job[] = [];
  outcomes = new Map<number, Outcome>();
  underWay = new Set<number>();
  started: number[] = [];

  constructor(
    readonly rules: Rules,
    readonly value: (trial: number, rung: number) => Outcome,
  ) {}

  get log(): Log {
    return { jobs: this.jobs, outcomes: this.outcomes, exhausted: false };
  }

  /** Decides as long as there is something to do. */
  fill(): Decision['kind'] {
    for (;;) {
      const decision = decide(this.log, this.rules);
      if (decision.kind === 'wait' || decision.kind === 'end') return decision.kind;
      const number = this.jobs.push(decision.job) - 1;
      this.underWay.add(number);
      this.started.push(number);
      expect(this.underWay.size).toBeLessThanOrEqual(this.rules.atOnce);
    }
  }

  finish(number: number): void {
    this.underWay.delete(number);
    const { trial, rung } = this.jobs[number]!;
    this.outcomes.set(number, this.value(trial, rung));
  }

  /** kill -9: what was under way begins again, from its record. */
  crash(): void {
    this.started.push(...this.underWay);
  }
}

function run(search: Search, order: () => number, crashes: () => boolean): Search {
  for (let steps = 0; steps < 10_000; steps++) {
    if (search.fill() === 'end') return search;
    expect(search.underWay.size).toBeGreaterThan(0);
    if (crashes()) search.crash();
    const waiting = [...search.underWay];
    search.finish(waiting[Math.floor(order() * waiting.length)]!);
  }
  throw new Error('the search does not end');
}

const outcome = (value: number): Outcome =>
  value < 0.1
    ? { objectives: [Number.NaN], constraints: [] }
    : { objectives: [value], constraints: [value - 0.9] };

const rulesArbitrary = fc.record({
  samples: fc.integer({ min: 1, max: 2000 }),
  first: fc.integer({ min: 0, max: 64 }),
  factor: fc.integer({ min: 2, max: 5 }),
  points: fc.integer({ min: 1, max: 3 }),
  atOnce: fc.integer({ min: 1, max: 9 }),
  designs: fc.integer({ min: 1, max: 60 }),
});

const rulesFrom = ({
  samples,
  first,
  factor,
  points,
  atOnce,
  designs,
}: {
  samples: number;
  first: number;
  factor: number;
  points: number;
  atOnce: number;
  designs: number;
}): Rules => {
  const rungs = rungsOf(samples, first, factor);
  return { rungs, points, atOnce, factor, budget: designs * rungs[0]! * points };
};

/** A deterministic number in [0, 1) of two whole ones. */
const mixed = (seed: number, k: number): number => {
  let x = Math.imul(seed ^ Math.imul(k + 1, 0x9e3779b1), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
};

describe('a search', () => {
  it('ends, spends no more than its budget, and simulates every sample of every design once', () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.integer(), (shape, seed) => {
        const rules = rulesFrom(shape);
        let k = 0;
        const search = run(
          new Search(rules, (trial, rung) =>
            outcome(mixed(seed, trial) + 0.01 * mixed(seed, trial * 9 + rung)),
          ),
          () => mixed(seed, k++),
          () => false,
        );
        expect(spent(rules, search)).toBeLessThanOrEqual(rules.budget);
        const reached = new Map<number, number>();
        for (const { trial, rung } of search.jobs) {
          expect(rung).toBe((reached.get(trial) ?? -1) + 1);
          reached.set(trial, rung);
        }
        expect([...reached.keys()]).toEqual([...reached.keys()].sort((a, b) => a - b));
      }),
    );
  });

  it('decides the same whichever job ends first and however often it is killed', () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.integer(), fc.integer(), (shape, seed, other) => {
        const rules = rulesFrom(shape);
        const value = (trial: number, rung: number) => outcome(mixed(seed, trial * 7 + rung));
        let k = 0;
        const calm = run(
          new Search(rules, value),
          () => 0,
          () => false,
        );
        const wild = run(
          new Search(rules, value),
          () => mixed(other, k++),
          () => mixed(other, k++) < 0.3,
        );
        expect(wild.jobs).toEqual(calm.jobs);
      }),
    );
  });

  it('gives many samples to good designs alone', () => {
    const rules: Rules = { rungs: [64, 256, 1024], points: 1, factor: 4, atOnce: 8, budget: 20_000 };
    let k = 0;
    const search = run(
      new Search(rules, (trial) => outcome(0.1 + 0.8 * mixed(3, trial))),
      () => mixed(5, k++),
      () => false,
    );
    const trials = new Set(search.jobs.map(({ trial }) => trial)).size;
    const top = search.jobs.filter(({ rung }) => rung === 2).map(({ trial }) => trial);
    expect(trials).toBeGreaterThan(80);
    expect(top.length).toBeGreaterThan(3);
    expect(top.length).toBeLessThan(trials / 8);
    const values = [...Array(trials).keys()].map((trial) => mixed(3, trial)).sort((a, b) => a - b);
    for (const trial of top) expect(mixed(3, trial)).toBeLessThan(values[Math.floor(trials / 3)]!);
    // one that came when the budget was nearly spent may have been too late
    expect(values.indexOf(Math.min(...top.map((trial) => mixed(3, trial))))).toBeLessThan(3);
  });

  it('never goes on with a design that has no figures', () => {
    const rules: Rules = { rungs: [32, 128], points: 1, factor: 4, atOnce: 4, budget: 3200 };
    const search = run(
      new Search(rules, () => ({ objectives: [Number.NaN], constraints: [] })),
      () => 0,
      () => false,
    );
    expect(search.jobs.every(({ rung }) => rung === 0)).toBe(true);
  });
});

describe('rungs', () => {
  it('end at all samples and begin at no fewer than asked', () => {
    expect(rungsOf(1024, 32, 4)).toEqual([64, 256, 1024]);
    expect(rungsOf(1000, 32, 3)).toEqual([38, 112, 334, 1000]);
    expect(rungsOf(1, 32, 4)).toEqual([1]);
    expect(rungsOf(1024, 0, 4)).toEqual([1024]);
  });
});
