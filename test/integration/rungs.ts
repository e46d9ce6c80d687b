import { expect } from 'vitest';
import { allReload } from '../../src/compile/index.ts';
import { ENGINES } from '../../src/engines/index.ts';
import { createSampler, type Plan, type Table } from '../../src/plan/index.ts';

/** Both rungs solve the same equations from the same start, so that nothing but the printing of numbers differs. */
const AGREEMENT = 1e-9;

/** The first rows of a plan, by the program `ngspice`. */
export async function firstRows(plan: Plan, rows: number): Promise<Table> {
  const engine = await ENGINES.find(({ name }) => name === 'ngspice')!.open({});
  try {
    await engine.load(plan);
    return await engine.run(createSampler(plan).batch(0, rows));
  } finally {
    await engine.close();
  }
}

export const expectClose = (what: string, got: number, wanted: number, most: number): void =>
  expect(Math.abs(got - wanted), `${what}: ${got} and ${wanted}`).toBeLessThanOrEqual(
    most * Math.abs(wanted),
  );

/** What a loaded circuit is told gives the figures that a circuit with the values written into it gives. */
export async function expectRungsToAgree(plan: Plan, rows: number): Promise<Table> {
  const [direct, reload] = [await firstRows(plan, rows), await firstRows(allReload(plan), rows)];
  expect([...direct.messages.values()]).toEqual([]);
  expect([...reload.messages.values()]).toEqual([]);
  for (const [k, { name }] of plan.measurements.entries())
    direct.columns[k]!.forEach((value, row) => {
      expectClose(`${name} of sample ${row}`, value, reload.columns[k]![row]!, AGREEMENT);
    });
  return direct;
}
