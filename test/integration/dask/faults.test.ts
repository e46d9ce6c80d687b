import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../src/backends/index.ts';
import { openResults, type RunEvent, startRun } from '../../../src/run/index.ts';
import { openStore } from '../../../src/stores/index.ts';
import { mischiefPlan } from '../../conformance/backend.ts';
import { DASK_PYTHON, DaskCluster, type DaskProgram } from './cluster.ts';

const SAMPLES = 160;
const CHUNK = 4;
/** Of a sample: long enough that a fault hits a chunk at work. */
const SECONDS = 0.05;
const ENGINE = resolve(import.meta.dirname, '../../fakes/mischief-engine.mjs');

let scratch = '';
let expected: number[][] = [];

async function tableOf(folder: string): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const batch of (await openResults(await openStore(folder))).batches()) {
    const columns = [...batch.columns.values()];
    for (let row = 0; row < batch.rows; row++)
      rows.push([batch.samples[row]!, batch.status[row]!, ...columns.map((column) => column[row]!)]);
  }
  return rows;
}

/** Runs the same samples as ever on a backend; `strike` is called once, after some parts have come. */
async function run(on: string, name: string, strike: (events: readonly RunEvent[]) => Promise<void>) {
  const folder = join(scratch, name);
  const backend = await openBackend(on, { python: DASK_PYTHON, workers: 2 });
  const events: RunEvent[] = [];
  let struck: Promise<void> | undefined;
  const handle = startRun({
    plan: mischiefPlan({ seconds: SECONDS }),
    store: await openStore(folder),
    backend,
    engine: { name: ENGINE, options: {} },
    wanted: SAMPLES,
    chunk: CHUNK,
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'progress' && event.present >= 4 * CHUNK) struck ??= strike(events);
    },
  });
  const outcome = await handle.result.finally(() => backend.close());
  expect(struck, 'the run ended before the fault').toBeDefined();
  await struck;
  return { outcome, folder, events };
}

/** What an undisturbed run has: every sample once, the same bits. */
async function expectWhole({ outcome, folder }: Awaited<ReturnType<typeof run>>): Promise<void> {
  expect(outcome).toEqual({ kind: 'complete' });
  expect(await tableOf(folder)).toEqual(expected);
}

const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

const commandOf = (pid: number): string =>
  execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });

const childWhere = (pid: number, words: RegExp): number | undefined =>
  childrenOf(pid).find((child) => words.test(commandOf(child)));

beforeAll(async () => {
  if (!DASK_PYTHON) return;
  scratch = await mkdtemp(join(tmpdir(), 'spicelab-dask-faults-'));
  const undisturbed = await run('local', 'undisturbed', async () => undefined);
  expected = await tableOf(undisturbed.folder);
  expect(expected).toHaveLength(SAMPLES);
});

afterAll(async () => {
  if (scratch) await rm(scratch, { recursive: true, force: true });
});

describe.skipIf(!DASK_PYTHON)('a run on Dask has the same table, every sample once, when', () => {
  it('nothing happens, on a cluster that is started for it', async () => {
    await expectWhole(await run('dask', 'calm', async () => undefined));
  });

  it('a worker process is killed', async () => {
    const ended = await run('dask', 'node', async (events) => {
      const worker = events.findLast((event) => event.type === 'worker' && event.state === 'up');
      if (worker?.type === 'worker') process.kill(Number(worker.worker.split('/').at(-1)), 'SIGKILL');
    });
    expect(ended.events.some((event) => event.type === 'worker' && event.state === 'down')).toBe(true);
    await expectWhole(ended);
  });

  it('the bridge is killed', async () => {
    const ended = await run('dask', 'bridge', async () => {
      process.kill(childWhere(process.pid, /spicelab_bridge/)!, 'SIGKILL');
    });
    await expectWhole(ended);
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
      const ended = await run(cluster.location, 'dask-worker', async () => {
        process.kill(childWhere(workers[0]!.child.pid!, /spawn_main/)!, 'SIGKILL');
      });
      await expectWhole(ended);
    });

    it('a nanny is killed with its worker, and another host joins', async () => {
      const ended = await run(cluster.location, 'nanny', async () => {
        workers[0]!.kill();
        workers[0] = await cluster.worker();
      });
      await expectWhole(ended);
    });

    it('another host joins, which is given chunks at once', async () => {
      const ended = await run(cluster.location, 'joined', async () => {
        workers.push(await cluster.worker());
      });
      const hosts = ended.events.flatMap((event) => (event.type === 'worker' ? [event.worker] : []));
      expect(new Set(hosts.map((worker) => worker.split('/')[2])).size).toBe(3);
      await expectWhole(ended);
      workers.pop()?.kill();
    });

    it('the scheduler is killed and comes back', async () => {
      const ended = await run(cluster.location, 'scheduler', async () => {
        cluster.programs[0]!.kill();
        for (const worker of workers) worker.kill();
        cluster.programs[0] = await cluster.scheduler();
        workers = await Promise.all([cluster.worker(), cluster.worker()]);
      });
      await expectWhole(ended);
    });
  });
});
