import { afterAll, beforeAll, describe } from 'vitest';
import { openBackend } from '../../../src/backends/index.ts';
import { backendConformance, localProcesses } from '../../conformance/backend.ts';
import { RAY_PYTHON, RayCluster } from './cluster.ts';

/** Events name a worker by its actor and its own process id. */
const pidOf = (worker: string): string => worker.slice(worker.lastIndexOf('/') + 1);

describe.skipIf(!RAY_PYTHON)('on a Ray cluster that is there already', () => {
  let cluster: RayCluster;
  beforeAll(async () => {
    cluster = await RayCluster.start(0);
    await cluster.node({ cpus: 2 });
  });
  afterAll(() => cluster.stop());

  backendConformance('ray', {
    open: () => openBackend(cluster.outside, { python: RAY_PYTHON }),
    lifetime: 'suite',
    kill: (worker) => localProcesses.kill(pidOf(worker)),
    alive: (worker) => localProcesses.alive(pidOf(worker)),
  });
});
