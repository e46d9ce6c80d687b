import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childWhere, isAlive, lastWorker, parentOf, StruckRuns } from '../struck-runs.ts';
import { DASK_PYTHON, DaskCluster, type DaskProgram } from './cluster.ts';

const WORKERS = 4;
/** Samples of a run that lasts until another host has joined. */
const LONG = 1200;

let runs: StruckRuns;
beforeAll(async () => {
  if (DASK_PYTHON) runs = await StruckRuns.prepare({ python: DASK_PYTHON, workers: WORKERS });
});
afterAll(() => runs?.end());

const killBridge = async (): Promise<void> => {
  process.kill(childWhere(process.pid, /spicelab_bridge/), 'SIGKILL');
};

describe.skipIf(!DASK_PYTHON)('a run on Dask has the same table, every sample once, when', () => {
  it('the bridge is killed, and with it the cluster that it has started', async () => {
    await runs.expectWhole(await runs.run('dask', 'own', killBridge));
  });

  describe('on a cluster of others, with 4 workers,', () => {
    let cluster: DaskCluster;
    let workers: DaskProgram[];
    beforeAll(async () => {
      cluster = await DaskCluster.start(WORKERS);
      workers = cluster.programs.slice(1);
    });
    afterAll(() => cluster.stop());

    it('a worker process is killed', async () => {
      const ended = await runs.run(cluster.location, 'node', async (events) => {
        process.kill(lastWorker(events), 'SIGKILL');
      });
      expect(ended.events.some((event) => event.type === 'worker' && event.state === 'down')).toBe(true);
      await runs.expectWhole(ended);
    });

    it('a Dask worker is killed and its nanny starts another', async () => {
      const ended = await runs.run(cluster.location, 'dask-worker', async () => {
        process.kill(childWhere(workers[0]!.child.pid!, /spawn_main/), 'SIGKILL');
      });
      await runs.expectWhole(ended);
    });

    it('a nanny is killed with its worker', async () => {
      const ended = await runs.run(cluster.location, 'nanny', async () => {
        workers[0]!.kill();
      });
      await runs.expectWhole(ended);
    });

    it('another host joins, which is given chunks at once', async () => {
      const join = async () => {
        workers[0] = await cluster.worker();
      };
      const ended = await runs.run(cluster.location, 'joined', join, LONG);
      const hosts = ended.events.flatMap((event) => (event.type === 'worker' ? [event.worker] : []));
      expect(new Set(hosts.map((worker) => worker.split('/')[2])).size).toBe(WORKERS);
      await runs.expectWhole(ended);
    });

    it('the bridge is killed', async () => {
      await runs.expectWhole(await runs.run(cluster.location, 'bridge', killBridge));
    });

    it('the coordinator is killed, and the run resumed by another', async () => {
      await runs.expectWhole(await runs.runKilled(cluster.location, 'coordinator'));
    });

    it('a worker process hangs: its chunk is simulated again elsewhere, and it is ended', async () => {
      let stopped = 0;
      const ended = await runs.run(cluster.location, 'hangs', async (events) => {
        stopped = lastWorker(events);
        process.kill(stopped, 'SIGSTOP');
      });
      await runs.expectWhole(ended);
      expect(isAlive(stopped)).toBe(false);
    });

    it('a chunk is much slower than its like: its second attempt counts', async () => {
      await runs.expectWhole(await runs.runWithStraggler(cluster.location, 'slow'));
    });

    it('a Dask worker hangs with all that it has', async () => {
      let stopped: number[] = [];
      const ended = await runs.run(cluster.location, 'stopped', async (events) => {
        const simulator = lastWorker(events);
        stopped = [parentOf(simulator), simulator];
        for (const pid of stopped) process.kill(pid, 'SIGSTOP');
      });
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
      await runs.expectWhole(ended);
    });

    it('the scheduler is killed and comes back', async () => {
      const ended = await runs.run(cluster.location, 'scheduler', async () => {
        cluster.programs[0]!.kill();
        for (const worker of workers) worker.kill();
        cluster.programs[0] = await cluster.scheduler();
        workers = await Promise.all(workers.map(() => cluster.worker()));
      });
      await runs.expectWhole(ended);
    });
  });
});
