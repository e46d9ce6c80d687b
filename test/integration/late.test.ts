import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive, lastWorker, StruckRuns } from './struck-runs.ts';

describe('a run on this machine has the same table, every sample once, when', () => {
  let runs: StruckRuns;
  beforeAll(async () => {
    runs = await StruckRuns.prepare({ workers: 2 });
  });
  afterAll(() => runs.end());

  it('a worker hangs: its chunk is simulated again elsewhere, and it is ended', async () => {
    let stopped = 0;
    const ended = await runs.run('local', 'hangs', async (events) => {
      stopped = lastWorker(events);
      process.kill(stopped, 'SIGSTOP');
    });
    await runs.expectWhole(ended);
    expect(isAlive(stopped)).toBe(false);
  });

  it('a chunk is much slower than its like: its second attempt counts', async () => {
    await runs.expectWhole(await runs.runWithStraggler('local', 'slow'));
  });
});
