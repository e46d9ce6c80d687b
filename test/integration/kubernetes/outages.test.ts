import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/stores/index.ts';
import { CLUSTER, endDaemon, mendCluster, UP, until } from './cluster.ts';
import {
  begin,
  expectSame,
  type Laboratory,
  lossesIn,
  openLaboratory,
  podsOf,
  runningPod,
} from './laboratory.ts';

const COMPLETE = { kind: 'complete' };
const AWAY_MILLISECONDS = 30_000;

const namesOf = (pods: Awaited<ReturnType<typeof podsOf>>): string[] =>
  pods.map(({ metadata }) => metadata.name).sort();

describe.skipIf(!CLUSTER || !UP)('a run while the cluster itself is away', { timeout: 300_000 }, () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory();
  }, 900_000);
  afterAll(() => laboratory?.close());

  it('does not notice that the kubelet is restarted: its pods go on', async () => {
    const place = await laboratory.bench();
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, { seconds: 0.25 }, 80, 40);
    const before = await until('both pods run', async () => {
      const pods = await podsOf(place.namespace);
      return pods.filter(({ status }) => status.phase === 'Running').length === 2 && namesOf(pods);
    });
    await endDaemon('kubelet');
    await mendCluster();
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 80);
    expect(lossesIn(events)).toBe(0);
    expect(namesOf(await podsOf(place.namespace))).toEqual(before);
  });

  it('goes on when the API server comes back after thirty seconds, and no sample is lost or simulated again', async () => {
    const place = await laboratory.bench({ parallelism: 2 });
    const store = await openStore(place.location);
    const { handle, events } = begin(place, store, { seconds: 0.25 }, 80, 20);
    await runningPod(place.namespace);
    await endDaemon('kube-apiserver');
    await new Promise((resolve) => setTimeout(resolve, AWAY_MILLISECONDS));
    await mendCluster();
    expect(await handle.result).toEqual(COMPLETE);
    await expectSame(laboratory, place.location, 80);
    expect(lossesIn(events)).toBe(0);
  });
});
