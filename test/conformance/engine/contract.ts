import { expect, it } from 'vitest';
import type { EngineKind, EngineOptions } from '../../../src/engine.ts';
import { SpiceLabError } from '../../../src/errors/index.ts';
import type { Plan } from '../../../src/plan/index.ts';
import { batchOf } from '../plans.ts';
import { type CurrentEngine, play, rowBits, singleRow, statuses } from './play.ts';

/** An engine, and something for it to do. */
export interface EngineUnderTest {
  readonly kind: EngineKind;
  readonly options?: EngineOptions;
  /** A plan that it simulates. */
  readonly plan: Plan;
  /** Values of the plan's variables, at least two rows of different outcome, all of which are `ok`. */
  readonly rows: readonly (readonly number[])[];
  /** Values that make a sample fail, though the plan loads. */
  readonly failing: readonly number[];
  /** A plan that it cannot load at its nominal values. */
  readonly refused: Plan;
}

/** What `src/engine.ts` asks of every engine, whatever it simulates. */
export function contractTests(engine: CurrentEngine, subject: EngineUnderTest): void {
  const { kind, options = {}, plan, rows, failing, refused } = subject;

  it('is found where it can be opened, and says what it is', async () => {
    expect((await kind.find(options))?.name).toBe(kind.name);
    expect(engine().identity.name).toBe(kind.name);
    expect(engine().identity.version).toMatch(/\S/);
  });

  it('answers a batch with a column per measurement and a row per row, also where there is none', async () => {
    for (const asked of [rows, rows.slice(0, 1), []]) {
      const table = await play(engine(), plan, asked);
      expect(table.rows).toBe(asked.length);
      expect(statuses(table)).toEqual(asked.map(() => 'ok'));
      expect(table.messages.size).toBe(0);
      expect(table.columns).toHaveLength(plan.measurements.length);
      for (const column of table.columns) {
        expect(column).toHaveLength(asked.length);
        expect(column.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('answers a row by its values alone: alone, among others and again, bit for bit', async () => {
    const batch = batchOf([...rows, ...rows.toReversed()]);
    await engine().load(plan);
    const together = await engine().run(batch);
    const answers = rows.map((_, row) => rowBits(together, row));
    expect(new Set(answers).size).toBeGreaterThan(1);
    await engine().load(plan);
    for (let row = batch.rows - 1; row >= 0; row--) {
      const alone = await engine().run(singleRow(batch, row));
      expect(rowBits(alone, 0)).toBe(answers[Math.min(row, batch.rows - 1 - row)]);
    }
  });

  it('makes a sample that cannot be simulated a row that says why, and does not touch the others', async () => {
    const good = await play(engine(), plan, rows);
    const mixed = await play(engine(), plan, [failing, ...rows.flatMap((row) => [row, failing])]);
    for (let row = 0; row < mixed.rows; row += 2) {
      expect(statuses(mixed)[row]).not.toBe('ok');
      expect(mixed.messages.get(row)).toMatch(/\S/);
      expect(mixed.columns.some((column) => Number.isNaN(column[row]!))).toBe(true);
    }
    for (const row of rows.keys()) expect(rowBits(mixed, 2 * row + 1)).toBe(rowBits(good, row));
  });

  it('refuses a plan that does not load, simulates nothing then, and takes the next plan', async () => {
    const good = await play(engine(), plan, rows);
    const thrown = await engine()
      .load(refused)
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SpiceLabError);
    expect((thrown as SpiceLabError).blame).toBe('user');
    expect((thrown as SpiceLabError).remedy).toBeTruthy();
    const left = await engine()
      .run(batchOf(rows))
      .then(statuses, () => []);
    expect(left).not.toContain('ok');
    const again = await play(engine(), plan, rows);
    for (const row of rows.keys()) expect(rowBits(again, row)).toBe(rowBits(good, row));
  });

  it('reports before each piece of work, and never more than there is', async () => {
    await engine().load(plan);
    const seen: { done: number; inFlight: number }[] = [];
    await engine().run(batchOf(rows), (done, inFlight) => seen.push({ done, inFlight }));
    const begun = seen.filter(({ inFlight }) => inFlight > 0).map(({ done }) => done);
    expect(begun[0]).toBe(0);
    expect(begun).toEqual(begun.toSorted((a, b) => a - b));
    for (const { done, inFlight } of seen) expect(done + inFlight).toBeLessThanOrEqual(rows.length);
  });
}
