import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATUSES } from '../../../src/plan/table.ts';
import { resumeRun } from '../../../src/run/index.ts';
import { openStore } from '../../../src/stores/index.ts';
import { apply, attempt, CLUSTER, get, kubectl, run, until } from './cluster.ts';
import {
  type Bench,
  begin,
  CLI,
  expectSame,
  type Laboratory,
  MISCHIEF,
  makeBench,
  notices,
  openLaboratory,
  podsOf,
  rowsIn,
  runningPod,
} from './laboratory.ts';

const COMPLETE = { kind: 'complete' };

describe.skipIf(!CLUSTER)('what a cluster does to a run', { timeout: 900_000 }, () => {
  let laboratory: Laboratory;
  const benches: Bench[] = [];
  const bench = async (more: Record<string, unknown> = {}): Promise<Bench> => {
    const made = await makeBench(laboratory, more);
    benches.push(made);
    return made;
  };

  beforeAll(async () => {
    laboratory = await openLaboratory();
  }, 900_000);
  afterAll(async () => {
    await Promise.all(benches.map((made) => made.remove()));
    await laboratory?.close();
  });

  it('a pod that is deleted hands its chunk back, and another simulates it', async () => {
    const place = await bench();
    const store = await openStore(place.location);
    const { handle } = begin(place, store, { seconds: 0.3 }, 120, 30);
    const victim = await runningPod(place.namespace);
    await kubectl('--namespace', place.namespace, 'delete', 'pod', victim);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 120);
  });

  it('a node that is drained gives its pods back without blame', async () => {
    const place = await bench();
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, { seconds: 0.3 }, 120, 30);
    const victim = await runningPod(place.namespace);
    // what `kubectl drain` does to each pod of a node, here to this namespace's alone: others use the node too
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: victim, namespace: place.namespace },
    };
    await run(
      'kubectl',
      ['create', '--raw', `/api/v1/namespaces/${place.namespace}/pods/${victim}/eviction`, '-f', '-'],
      {
        input: JSON.stringify(eviction),
      },
    );
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 120);
    expect(events.filter((event) => event.type === 'progress').at(-1)).toMatchObject({ losses: 0 });
  });

  it('a sample that takes all memory of its pod is found, and is a row that says so', async () => {
    const place = await bench();
    const store = await openStore(place.location);
    const { handle } = begin(place, store, { hog: [13] }, 40, 10);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 40, [13]);
    const row = (await rowsIn(place.location))[13]!;
    expect(STATUSES[row[1]!]).toBe('memory');
  });

  it('a sample that kills its engine is found, and is a row that says so', async () => {
    const place = await bench();
    const store = await openStore(place.location);
    const { handle } = begin(place, store, { crash: [21] }, 40, 10);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 40, [21]);
    expect(STATUSES[(await rowsIn(place.location))[21]![1]!]).toBe('crashed');
  });

  it('an index that always fails is given up by the platform, and its chunk is cut until the sample is found', async () => {
    const place = await bench({ backoffLimitPerIndex: 0 });
    const store = await openStore(place.location);
    const { handle } = begin(place, store, { throw: [5] }, 20, 10);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 20, [5]);
  });

  it('an image that does not exist ends the run in plain words, and the run goes on with a right one', async () => {
    const place = await bench({ image: 'localhost/no-such-image:1' });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, {}, 40, 10);
    await expect(handle.result).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: expect.stringMatching(/the image localhost\/no-such-image:1 cannot be had/),
    });
    expect(notices(events).join()).toMatch(/no-such-image/);
    const right = await bench();
    const resumed = resumeRun({ store, backend: right.backend, engine: MISCHIEF });
    expect(await resumed.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 40);
  });

  it('a quota that is used up makes the run wait, and it says why', async () => {
    const place = await bench();
    await apply(place.namespace, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, {}, 40, 10);
    await until('the quota is told of', async () => notices(events).some((line) => /quota/.test(line)), 120);
    await kubectl('--namespace', place.namespace, 'delete', 'resourcequota', 'none');
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 40);
  });

  it('pods that no node can take are told of', async () => {
    const place = await bench({ nodeSelector: { nowhere: 'here' } });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, {}, 40, 10);
    await until(
      'it is told of',
      async () => notices(events).some((line) => /wait for a node/.test(line)),
      120,
    );
    handle.interrupt();
    handle.interrupt();
    expect(await handle.result).toEqual({ kind: 'interrupted' });
    await until('the pods are gone', async () => (await podsOf(place.namespace)).length === 0, 120);
  });

  it('a coordinator that is killed is followed by another on an empty machine, and nothing finished is simulated again', async () => {
    const place = await bench({ parallelism: 2 });
    const words = [
      'mc',
      'tran.cir',
      '--vary',
      'R1=normal(1k,1%)',
      '--measure',
      'v=tran: at(v(out), 1m)',
      '-n',
      '80',
      '--chunk',
      '10',
      '--seed',
      '3',
    ];
    await writeFile(
      join(laboratory.folder, 'tran.cir'),
      'rc\nV1 in 0 1\nR1 in out 1k\nC1 out 0 1u\n.tran 1u 100m uic\n.end\n',
    );
    const common = ['--engine', 'libngspice', '--quiet', '--no-report'];
    const there = ['--on', 'k8s', '--namespace', place.namespace, '--job-template', place.template];
    const child = spawn(process.execPath, [CLI, ...words, ...common, ...there, '--out', place.location], {
      cwd: laboratory.folder,
      stdio: 'ignore',
    });
    const store = await openStore(place.location);
    const parts = async () => {
      let count = 0;
      for await (const _ of store.list('parts/')) count++;
      return count;
    };
    await until('a part is there', async () => (await parts()) > 0, 600);
    child.kill('SIGKILL');
    const elsewhere = await mkdtemp(join(laboratory.folder, 'elsewhere-'));
    const attached = await attempt(
      process.execPath,
      [CLI, 'attach', place.location, '--quiet', '--no-report'],
      { cwd: elsewhere },
    );
    expect([attached.code, attached.stderr]).toEqual([0, '']);
    const here = join(laboratory.folder, 'killed');
    await attempt(process.execPath, [CLI, ...words, ...common, '--out', here], { cwd: laboratory.folder });
    const [got, expected] = await Promise.all(
      [place.location, here].map((out) =>
        attempt(process.execPath, [CLI, 'export', out], { cwd: elsewhere }),
      ),
    );
    expect(got!.stdout).toBe(expected!.stdout);
    expect(got!.stdout.trimEnd().split('\n').length).toBe(81);
    // every index ran once
    const jobs = await get<{ items: { status: { succeeded?: number; failed?: number } }[] }>(
      place.namespace,
      'jobs',
    );
    expect(jobs.items.map(({ status }) => [status.succeeded, status.failed ?? 0])).toEqual([[8, 0]]);
  });
});
