import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../src/backends/index.ts';
import { STATUSES } from '../../src/plan/table.ts';
import { openResults, startRun } from '../../src/run/index.ts';
import { openStore } from '../../src/stores/index.ts';
import { formulaPlan } from '../fakes/plans.ts';
import { CRASHES, HANGS, HOGS } from '../fakes/poison-engine.mjs';

let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'spicelab-poison-'));
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

describe('samples that crash, hang or exhaust the memory of their worker', () => {
  it('become rows that say so; every other sample has its values', async () => {
    const backend = await openBackend('local', { workers: 2, workerMemory: 500e6 });
    const store = await openStore(join(scratch, 'run'));
    const name = resolve(import.meta.dirname, '../fakes/poison-engine.mjs');
    const run = startRun({
      plan: formulaPlan(),
      store,
      backend,
      engine: { name, options: { sampleSeconds: 0.5 } },
      wanted: 200,
      chunk: 20,
    });
    expect(await run.result.finally(() => backend.close())).toEqual({ kind: 'complete' });
    const results = await openResults(store);
    const failures: Record<number, string> = {};
    for await (const batch of results.batches()) {
      const [x, sum] = [batch.columns.get('x')!, batch.columns.get('sum')!];
      for (let row = 0; row < batch.rows; row++) {
        const sample = batch.samples[row]!;
        const status = STATUSES[batch.status[row]!]!;
        if (status === 'ok') expect(sum[row]).toBe(x[row]);
        else failures[sample] = status;
        expect(batch.messages.has(row)).toBe(status !== 'ok');
      }
    }
    expect(failures).toEqual({ [CRASHES]: 'crashed', [HANGS]: 'timeout', [HOGS]: 'memory' });
    expect(results).toMatchObject({ present: 200, engine: { name: 'poison', version: '1' } });
  });
});
