import { openResults, type Results, startRun } from '../../src/run/index.ts';
import type { StartOptions } from '../../src/run/run-options.ts';
import { InlineBackend, type InlineOptions } from './inline-backend.ts';
import { MemoryStore } from './memory-store.ts';
import { formulaPlan } from './plans.ts';

const engine = { name: 'formula', options: {} };

/** A run of a hundred samples of the formula plan, unless told otherwise. */
export const start = (store: MemoryStore, more: Partial<StartOptions> & { inline?: InlineOptions } = {}) =>
  startRun({
    plan: formulaPlan(),
    store,
    backend: new InlineBackend(more.inline),
    engine,
    wanted: 100,
    ...more,
  });

/** Every row: sample, status, variables, measurements. */
export async function tableOf(store: MemoryStore): Promise<number[][]> {
  return rowsOf(await openResults(store));
}

async function rowsOf(results: Results): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const batch of results.batches()) {
    const columns = [...batch.columns.values()];
    for (let row = 0; row < batch.rows; row++)
      rows.push([batch.samples[row]!, batch.status[row]!, ...columns.map((column) => column[row]!)]);
  }
  return rows;
}

/** What a run has to end with, whatever happens to it. */
export async function undisturbed(wanted: number): Promise<number[][]> {
  const store = new MemoryStore();
  await start(store, { wanted }).result;
  return tableOf(store);
}
