import { afterAll, beforeAll, describe } from 'vitest';
import { openBackend } from '../../../src/backends/index.ts';
import { backendConformance, localProcesses } from '../../conformance/backend.ts';
import { DASK_PYTHON, DaskCluster } from './cluster.ts';

/** Events name a worker by its Dask worker's address and its own process id. */
const pidOf = (worker: string): string => worker.slice(worker.lastIndexOf('/') + 1);

describe.skipIf(!DASK_PYTHON)('on a Dask cluster that is there already', () => {
  let cluster: DaskCluster;
  beforeAll(async () => {
    cluster = await DaskCluster.start(2);
  });
  afterAll(() => cluster.stop());

  backendConformance('dask', {
    open: () => openBackend(cluster.location, { python: DASK_PYTHON }),
    kill: (worker) => localProcesses.kill(pidOf(worker)),
    alive: (worker) => localProcesses.alive(pidOf(worker)),
  });
});
