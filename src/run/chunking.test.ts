import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BATCH,
  batchFlights,
  chunkRows,
  chunksPerSlot,
  type Demand,
  learn,
  NO_PACE,
  STREAMING,
} from './chunking.ts';

const demand = (more: Partial<Demand> = {}): Demand => ({
  sizing: STREAMING,
  pace: NO_PACE,
  slots: 2,
  chunkSeconds: { least: 0.5, most: 2 },
  remaining: 1_000_000,
  ...more,
});
/** A worker that takes so long for a row, after parts of these sizes. */
const paced = (secondsPerRow: number, ...sizes: number[]) =>
  sizes.reduce((pace, rows) => learn(pace, rows, rows * secondsPerRow, rows * 100), NO_PACE);

describe('the size of a chunk', () => {
  it('starts with a pilot and grows by steps to the favourite time of the backend', () => {
    const sizes: number[] = [];
    let pace = NO_PACE;
    for (let k = 0; k < 6; k++) {
      const rows = chunkRows(demand({ pace }));
      sizes.push(rows);
      pace = learn(pace, rows, rows * 1e-3, rows * 100);
    }
    expect(sizes).toEqual([4, 32, 256, 1000, 1000, 1000]);
  });

  it('is one sample where one takes longer than a chunk should', () => {
    expect(chunkRows(demand({ pace: paced(30, 4) }))).toBe(1);
  });

  it('is no larger than memory allows, whatever the speed', () => {
    expect(chunkRows(demand({ pace: paced(1e-7, 4, 1e5, 1e5) }))).toBe(8192);
    const wide = learn(NO_PACE, 1e5, 0.01, 1e5 * 40_000);
    expect(chunkRows(demand({ pace: wide }))).toBe(200);
  });

  it('shrinks towards the end so that all workers end together, but not to crumbs', () => {
    const pace = paced(1e-3, 1000);
    expect(chunkRows(demand({ pace, remaining: 2000 }))).toBe(500);
    expect(chunkRows(demand({ pace, remaining: 300 }))).toBe(100);
    expect(chunkRows(demand({ pace, remaining: 30 }))).toBe(30);
    expect(chunkRows(demand({ pace, remaining: 900, slots: 1 }))).toBe(900);
  });

  it('is what the user says', () => {
    expect(chunkRows(demand({ chunk: 7 }))).toBe(7);
    expect(chunkRows(demand({ chunk: 7, remaining: 3, pace: paced(1, 9) }))).toBe(3);
  });

  it('is always at least one and at most what remains', () => {
    fc.assert(
      fc.property(
        fc.record({
          remaining: fc.integer({ min: 1, max: 1e6 }),
          slots: fc.integer({ min: 1, max: 64 }),
          seconds: fc.double({ min: 0, max: 1e3, noNaN: true }),
          rows: fc.integer({ min: 1, max: 1e5 }),
          asked: fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined }),
        }),
        ({ remaining, slots, seconds, rows, asked }) => {
          const pace = learn(NO_PACE, rows, seconds, 100);
          const size = chunkRows(demand({ pace, remaining, slots, asked }));
          expect(Number.isInteger(size)).toBe(true);
          expect(size).toBeGreaterThanOrEqual(1);
          expect(size).toBeLessThanOrEqual(remaining);
        },
      ),
    );
  });
});

describe('chunks in flight per slot', () => {
  it('are one while nothing is known, then two, and more where chunks are very short', () => {
    expect(chunksPerSlot(NO_PACE, undefined)).toBe(1);
    expect(chunksPerSlot(paced(1e-3, 1000), undefined)).toBe(2);
    expect(chunksPerSlot(paced(1e-3, 1), 1)).toBe(8);
    expect(chunksPerSlot(paced(1e-7, 8192), undefined)).toBe(2);
  });
});

describe('chunks of the batch family', () => {
  const batch = { sizing: BATCH, slots: 10, chunkSeconds: { least: 30, most: 300 } };

  it('are minutes long as soon as a pilot was measured', () => {
    expect(chunkRows(demand(batch))).toBe(8);
    const rows = chunkRows(demand({ ...batch, pace: paced(0.05, 8) }));
    expect(rows * 0.05).toBeGreaterThan(60);
    expect(rows * 0.05).toBeLessThan(120);
  });

  it('are a few as a pilot, then all that there are, and two a slot where a rule looks at them', () => {
    expect(batchFlights(NO_PACE, { slots: 10, looks: false })).toBe(4);
    expect(batchFlights(NO_PACE, { slots: 2, looks: false })).toBe(2);
    expect(batchFlights(NO_PACE, { slots: 10, chunk: 100, looks: false })).toBe(Number.POSITIVE_INFINITY);
    expect(batchFlights(paced(0.05, 8), { slots: 10, looks: false })).toBe(Number.POSITIVE_INFINITY);
    expect(batchFlights(paced(0.05, 8), { slots: 10, looks: true })).toBe(20);
  });
});
