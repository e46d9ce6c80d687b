import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childWhere, lastWorker, StruckRuns } from '../struck-runs.ts';
import { DASK_PYTHON, DaskCluster, type DaskProgram } from './cluster.ts';

/** Samples of a run that lasts until another host has joined. */
const LONG = 800;

let runs: StruckRuns;
beforeAll(async () => {
  if (DASK_PYTHON) runs = await StruckRuns.prepare({ python: DASK_PYTHON, workers: 2 });
});
afterAll(() => runs?.end());

describe.skipIf(!DASK_PYTHON)('a run on Dask has the same table, every sample once, when', () => {
  it('nothing happens, on a cluster that is started for it', async () => {
    await runs.expectWhole(await runs.run('dask', 'calm', async () => undefined));
  });

  it('a worker process is killed', async () => {
    const ended = await runs.run('dask', 'node', async (events) => {
      process.kill(lastWorker(events), 'SIGKILL');
    });
    expect(ended.events.some((event) => event.type === 'worker' && event.state === 'down')).toBe(true);
    await runs.expectWhole(ended);
  });

  it('the bridge is killed', async () => {
    const ended = await runs.run('dask', 'bridge', async () => {
      process.kill(childWhere(process.pid, /spicelab_bridge/), 'SIGKILL');
    });
    await runs.expectWhole(ended);
  });

  describe('on a cluster of others,', () => {
    let cluster: DaskCluster;
    let workers: DaskProgram[];
    beforeAll(async () => {
      cluster = await DaskCluster.start(2);
      workers = cluster.programs.slice(1);
    });
    afterAll(() => cluster.stop());

    it('a Dask worker is killed and its nanny starts another', async () => {
      const ended = await runs.run(cluster.location, 'dask-worker', async () => {
        process.kill(childWhere(workers[0]!.child.pid!, /spawn_main/), 'SIGKILL');
      });
      await runs.expectWhole(ended);
    });

    it('a nanny is killed with its worker, and another host joins', async () => {
      const ended = await runs.run(cluster.location, 'nanny', async () => {
        workers[0]!.kill();
        workers[0] = await cluster.worker();
      });
      await runs.expectWhole(ended);
    });

    it('another host joins, which is given chunks at once', async () => {
      const join = async () => {
        workers.push(await cluster.worker());
      };
      const ended = await runs.run(cluster.location, 'joined', join, LONG);
      const hosts = ended.events.flatMap((event) => (event.type === 'worker' ? [event.worker] : []));
      expect(new Set(hosts.map((worker) => worker.split('/')[2])).size).toBe(3);
      await runs.expectWhole(ended);
      workers.pop()?.kill();
    });

    it('the scheduler is killed and comes back', async () => {
      const ended = await runs.run(cluster.location, 'scheduler', async () => {
        cluster.programs[0]!.kill();
        for (const worker of workers) worker.kill();
        cluster.programs[0] = await cluster.scheduler();
        workers = await Promise.all([cluster.worker(), cluster.worker()]);
      });
      await runs.expectWhole(ended);
    });
  });
});
