import { expect } from 'vitest';
import type { Engine } from '../../../src/engine.ts';
import { type Batch, type Plan, STATUSES, type Table } from '../../../src/plan/index.ts';
import { batchOf } from '../plans.ts';

export type CurrentEngine = () => Engine;

/** Loads a plan and simulates rows of it; without rows, its nominal values once. */
export async function play(
  engine: Engine,
  plan: Plan,
  rows: readonly (readonly number[])[] = [plan.variables.map(({ nominal }) => nominal)],
  circuits?: readonly number[],
): Promise<Table> {
  await engine.load(plan);
  return engine.run(batchOf(rows, circuits));
}

export const statuses = (table: Table): string[] => Array.from(table.status, (code) => STATUSES[code]!);

/** A column by the measurement's name. */
export function column(plan: Plan, table: Table, name: string): Float64Array {
  return table.columns[plan.measurements.findIndex((entry) => entry.name === name)]!;
}

/** Every measurement of row 0 is within `relative` of what it should be, and the row is `ok`. */
export function expectFigures(
  plan: Plan,
  table: Table,
  expected: Readonly<Record<string, number>>,
  relative = 1e-6,
): void {
  expect(Object.fromEntries(table.messages)).toEqual({});
  for (const [name, value] of Object.entries(expected)) {
    const actual = column(plan, table, name)[0]!;
    expect(Math.abs(actual - value), `${name}: ${actual}, not ${value}`).toBeLessThanOrEqual(
      relative * Math.abs(value) + 1e-300,
    );
  }
}

/** The bits of everything a table says of a row, so that NaN equals NaN and -0 is not 0. */
export function rowBits(table: Table, row: number): string {
  const values = Float64Array.from(table.columns, (values) => values[row]!);
  const bytes = Buffer.from(values.buffer).toString('hex');
  return `${bytes} ${table.status[row]} ${table.messages.get(row) ?? ''}`;
}

/** One row of a batch as a batch of its own. */
export function singleRow(batch: Batch, row: number): Batch {
  const width = batch.values.length / batch.rows;
  return {
    rows: 1,
    samples: batch.samples.slice(row, row + 1),
    circuits: batch.circuits.slice(row, row + 1),
    values: batch.values.slice(row * width, (row + 1) * width),
  };
}
