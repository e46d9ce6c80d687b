import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeRun } from '../../../src/run/index.ts';
import { openStore } from '../../../src/stores/index.ts';
import { apply, CLUSTER, kubectl, run, until } from './cluster.ts';
import {
  type Bench,
  begin,
  expectSame,
  type Laboratory,
  MISCHIEF,
  makeBench,
  notices,
  openLaboratory,
  podsOf,
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
});
