import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/backend.ts';
import { openBackend } from '../../../src/backends/index.ts';
import { simulate } from '../../../src/simulate/index.ts';
import { loadStudyFile } from '../../../src/study/index.ts';
import { ROOT } from '../../code-blocks.ts';
import { chunksOf, follow, mischiefJob, run } from '../../conformance/backend.ts';
import { isAlive, killGroup, StruckRuns } from '../struck-runs.ts';
import { DASK_PYTHON, DaskCluster } from './cluster.ts';

/** What the owner of a cluster does: ends the first of its workers in peace. */
const RETIRE = `
import sys
from distributed import Client
client = Client(sys.argv[1])
client.retire_workers([list(client.scheduler_info(n_workers=-1)["workers"])[0]], close_workers=True)
`;

/** A cluster without workers, which starts as many as its work needs, three at most; it ends with its standard input. */
const ADAPTIVE = `
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None, memory_limit=0) as cluster:
        cluster.adapt(minimum=0, maximum=3, interval="200ms", wait_count=3)
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
`;

const simulatorOf = (worker: string): number => Number(worker.split('/').at(-1));
const daskWorkerOf = (worker: string): string => worker.slice(0, worker.lastIndexOf('/'));

describe.skipIf(!DASK_PYTHON)('on a Dask cluster of others', () => {
  let cluster: DaskCluster;
  const open = (more: object = {}): Promise<Backend> =>
    openBackend(cluster.location, { python: DASK_PYTHON, ...more });
  beforeAll(async () => {
    cluster = await DaskCluster.start(2);
    await cluster.worker({}, ['--resources', 'SIMULATOR=1']);
  });
  afterAll(() => cluster?.stop());

  it('a run prints the link to the dashboard', async () => {
    const { study } = await loadStudyFile(join(ROOT, 'examples/rc-lowpass.study.yaml'));
    const notices: string[] = [];
    const scratch = await mkdtemp(join(tmpdir(), 'spicelab-dask-link-'));
    try {
      const onNotice = ({ message }: { message: string }) => notices.push(message);
      const options = { on: cluster.location, python: DASK_PYTHON, out: join(scratch, 'run'), onNotice };
      await simulate({ ...study, samples: 4 }, options);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    const link = notices.join().match(/watch the cluster at (\S+)/)?.[1];
    expect((await fetch(link!)).ok).toBe(true);
  });

  it('two runs at once do not disturb each other, also when one is cancelled', async () => {
    const [mine, yours] = await Promise.all([open(), open()]);
    try {
      const hanging = mischiefJob({ hang: [0] }, chunksOf(2, 2));
      const ref = await mine.submit(hanging);
      const other = run(yours, mischiefJob({ seconds: 0.01 }, chunksOf(60, 2)));
      await follow(mine, ref, hanging.chunks, (event) => {
        if (event.type === 'started') void mine.cancel(ref);
      });
      await mine.close();
      const kinds = Array.from((await other).endings.values(), ({ type }) => type);
      expect(new Set(kinds)).toEqual(new Set(['part']));
    } finally {
      await Promise.all([mine.close(), yours.close()]);
    }
  });

  it('cancelling ends the simulator within a second, so that its slot is free', async () => {
    const backend = await open();
    try {
      const hanging = mischiefJob({ hang: [0, 2, 4] }, chunksOf(6, 2));
      const ref = await backend.submit(hanging);
      const simulators: number[] = [];
      let asked = 0;
      await follow(backend, ref, hanging.chunks, (event) => {
        if (event.type !== 'started' || simulators.push(simulatorOf(event.worker)) < 3) return;
        asked = performance.now();
        void backend.cancel(ref);
      });
      while (simulators.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(performance.now() - asked).toBeLessThan(1000);
    } finally {
      await backend.close();
    }
  });

  it('resources decide where chunks go and how many at a time', async () => {
    const backend = await open({ resources: { SIMULATOR: 1 } });
    try {
      expect(backend.capabilities.slots).toBe(1);
      const { events } = await run(backend, mischiefJob({}, chunksOf(20, 2)));
      const workers = events.flatMap((event) => (event.type === 'started' ? [event.worker] : []));
      expect(new Set(workers.map(daskWorkerOf)).size).toBe(1);
      expect(workers).toHaveLength(10);
    } finally {
      await backend.close();
    }
  });

  it('a run of a higher priority goes before what waits', async () => {
    const [patient, urgent] = await Promise.all([open(), open({ priority: 10 })]);
    try {
      const many = mischiefJob({ seconds: 0.25 }, chunksOf(24, 1));
      const ref = await patient.submit(many);
      let ended = 0;
      let first: Promise<unknown> | undefined;
      let endedThen = many.chunks.length;
      await follow(patient, ref, many.chunks, (event) => {
        if (event.type === 'part') ended++;
        if (event.type !== 'started') return;
        first ??= run(urgent, mischiefJob({}, chunksOf(1, 1))).then(() => {
          endedThen = ended;
        });
      });
      await first;
      expect(endedThen).toBeLessThan(12);
    } finally {
      await Promise.all([patient.close(), urgent.close()]);
    }
  });

  it('a worker that is retired while it simulates loses nothing', async () => {
    const runs = await StruckRuns.prepare({ python: DASK_PYTHON });
    try {
      const ended = await runs.run(cluster.location, 'retired', async () => {
        const address = cluster.location.replace('dask:', 'tcp:');
        execFileSync(DASK_PYTHON!, ['-c', RETIRE, address], { stdio: 'ignore' });
      });
      await runs.expectWhole(ended);
    } finally {
      await runs.end();
    }
  });
});

describe.skipIf(!DASK_PYTHON)('on a Dask cluster that adapts', () => {
  let owner: ChildProcess;
  afterAll(() => killGroup(owner?.pid));

  it('a run asks for workers, is given them, and has every sample', async () => {
    owner = spawn(DASK_PYTHON!, ['-c', ADAPTIVE], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    const [address] = (await once(createInterface({ input: owner.stdout! }), 'line')) as [string];
    const runs = await StruckRuns.prepare({ python: DASK_PYTHON });
    try {
      const on = address.replace('tcp:', 'dask:');
      // chunks of a second, as a run makes them: a cluster grows by the seconds that wait
      const ended = await runs.run(on, 'adapted', async () => undefined, 120, { seconds: 0.25 });
      const workers = ended.events.flatMap((event) => (event.type === 'worker' ? [event.worker] : []));
      expect(new Set(workers.map(daskWorkerOf)).size).toBeGreaterThan(1);
      await runs.expectWhole(ended);
    } finally {
      await runs.end();
    }
  });
});
