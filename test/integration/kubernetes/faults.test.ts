import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATUSES } from '../../../src/plan/table.ts';
import { resumeRun } from '../../../src/run/index.ts';
import { openStore } from '../../../src/stores/index.ts';
import { apply, attempt, CLUSTER, get, kubectl, run, until } from './cluster.ts';
import {
  begin,
  CLI,
  expectSame,
  type Laboratory,
  lossesIn,
  MISCHIEF,
  notices,
  openLaboratory,
  podsOf,
  rowsIn,
  runningPod,
} from './laboratory.ts';

const COMPLETE = { kind: 'complete' };

interface JobCounts {
  readonly items: { readonly status: { readonly succeeded?: number; readonly failed?: number } }[];
}

// mostly they wait for Kubernetes: its back-off, its grace, its controllers
describe.skipIf(!CLUSTER)('what a cluster does to a run', { timeout: 300_000, concurrent: true }, () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory();
  }, 900_000);
  afterAll(() => laboratory?.close());

  it('a pod that is deleted hands its chunk back, and another simulates it', async () => {
    const place = await laboratory.bench();
    const store = await openStore(place.location);
    const { handle } = begin(place, store, { seconds: 0.2 }, 60, 30);
    const victim = await runningPod(place.namespace);
    await kubectl('--namespace', place.namespace, 'delete', 'pod', victim);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 60);
  });

  it('a node that is drained gives its pods back without blame', async () => {
    const place = await laboratory.bench();
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, { seconds: 0.2 }, 60, 30);
    const victim = await runningPod(place.namespace);
    // what `kubectl drain` does to each pod of a node, here to this namespace's alone: others use the node too
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: victim, namespace: place.namespace },
    };
    const path = `/api/v1/namespaces/${place.namespace}/pods/${victim}/eviction`;
    await run('kubectl', ['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 60);
    expect(lossesIn(events)).toBe(0);
  });

  it('a sample that takes all memory of its pod is found, and is a row that says so', async () => {
    const place = await laboratory.bench();
    const store = await openStore(place.location);
    const { handle } = begin(place, store, { hog: [5] }, 12, 4);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 12, [5]);
    expect(STATUSES[(await rowsIn(place.location))[5]![1]!]).toBe('memory');
  });

  it('a sample that kills its engine is found, and is a row that says so', async () => {
    const place = await laboratory.bench();
    const store = await openStore(place.location);
    const { handle } = begin(place, store, { crash: [5] }, 12, 4);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 12, [5]);
    expect(STATUSES[(await rowsIn(place.location))[5]![1]!]).toBe('crashed');
  });

  it('an index that always fails is given up by Kubernetes, told with its last words, and asked for again', async () => {
    // of every job the second index, as on a node that is broken
    const broken =
      'if [ "$JOB_COMPLETION_INDEX" = 1 ]; then echo nothing works here; exit 1; fi; exec spicelab "$@"';
    const place = await laboratory.bench({ backoffLimitPerIndex: 0, command: ['sh', '-c', broken, 'sh'] });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, {}, 30, 10);
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 30);
    expect(notices(events).join('\n')).toMatch(
      /task 1 \(samples 10 to 19\) was lost: .*\nnothing works here/,
    );
    const jobs = await get<JobCounts>(place.namespace, 'jobs');
    const counts = jobs.items.map(({ status }) => [status.succeeded ?? 0, status.failed ?? 0]);
    expect(counts.sort()).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('a plan that is the user’s error ends the run with what the worker says of it, and no pod tries it again', async () => {
    const place = await laboratory.bench();
    const store = await openStore(place.location);
    const engine = { name: `${MISCHIEF.name}.misspelt`, options: {} };
    const { handle } = begin(place, store, {}, 20, 10, engine);
    await expect(handle.result).rejects.toMatchObject({ code: 'ENGINE_UNKNOWN' });
    // the pods themselves are gone with their Job
    const made = await get<{ items: unknown[] }>(
      place.namespace,
      'events',
      '--field-selector=reason=Scheduled',
    );
    expect(made.items).toHaveLength(2);
  });

  it('an image that does not exist ends the run in plain words, and the run goes on with a right one', async () => {
    const place = await laboratory.bench({ image: 'localhost/no-such-image:1' });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, {}, 20, 10);
    await expect(handle.result).rejects.toMatchObject({
      code: 'BACKEND_UNUSABLE',
      message: expect.stringMatching(/the image localhost\/no-such-image:1 cannot be had/),
    });
    expect(notices(events).join()).toMatch(/no-such-image/);
    const right = await laboratory.bench();
    const resumed = resumeRun({ store, backend: right.backend, engine: MISCHIEF });
    expect(await resumed.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 20);
  });

  it('a quota that is used up makes the run wait, and it says why', async () => {
    const place = await laboratory.bench();
    await apply(place.namespace, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, {}, 20, 10);
    await until('the quota is told of', async () => notices(events).some((line) => /quota/.test(line)));
    await kubectl('--namespace', place.namespace, 'delete', 'resourcequota', 'none');
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 20);
  });

  it('pods that no node can take are told of', async () => {
    const place = await laboratory.bench({ nodeSelector: { nowhere: 'here' } });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, {}, 20, 10);
    await until('it is told of', async () => notices(events).some((line) => /wait for a node/.test(line)));
    handle.interrupt();
    handle.interrupt();
    expect(await handle.result).toEqual({ kind: 'interrupted' });
    await until('the pods are gone', async () => (await podsOf(place.namespace)).length === 0);
  });

  it('a coordinator that is killed is followed by another on an empty machine, and nothing is simulated twice', async () => {
    const place = await laboratory.bench({ parallelism: 2 });
    const deck = 'rc\nV1 in 0 1\nR1 in out 1k\nC1 out 0 1u\n.tran 1u 50m uic\n.end\n';
    await writeFile(join(laboratory.folder, 'tran.cir'), deck);
    const question = [
      ...['mc', 'tran.cir', '--vary', 'R1=normal(1k,1%)', '--measure', 'v=tran: at(v(out), 1m)'],
      ...['-n', '60', '--chunk', '10', '--seed', '3', '--engine', 'libngspice', '--quiet', '--no-report'],
    ];
    const words = [CLI, ...question, ...place.words, '--out', place.location];
    const child = spawn(process.execPath, words, { cwd: laboratory.folder, stdio: 'ignore' });
    const store = await openStore(place.location);
    await until('a part is there', async () => {
      for await (const _ of store.list('parts/')) return true;
      return false;
    });
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    expect(await gone).toEqual([null, 'SIGKILL']);
    const elsewhere = await mkdtemp(join(laboratory.folder, 'elsewhere-'));
    const there = (...more: string[]) => attempt(process.execPath, [CLI, ...more], { cwd: elsewhere });
    expect(await there('attach', place.location, '--quiet', '--no-report')).toMatchObject({
      code: 0,
      stderr: '',
    });
    await laboratory.spicelab(...question, '--out', 'killed');
    const [got, expected] = await Promise.all([
      there('export', place.location),
      laboratory.spicelab('export', 'killed'),
    ]);
    expect(got).toEqual(expected);
    expect(got.stdout.trimEnd().split('\n').length).toBe(61);
    const jobs = await get<JobCounts>(place.namespace, 'jobs');
    expect(jobs.items.map(({ status }) => [status.succeeded, status.failed ?? 0])).toEqual([[6, 0]]);
  });
});
