import { describe, it } from 'vitest';
import { DASK_PYTHON } from '../dask/cluster.ts';
import { CLUSTER } from './cluster.ts';
import { scalesDuringARun } from './hpa.ts';

describe.skipIf(!CLUSTER || !DASK_PYTHON)('Dask workers of the chart', () => {
  it(
    'are added and retired while a run is on them, and no sample is lost or doubled',
    { timeout: 1_500_000 },
    () => scalesDuringARun({ kind: 'dask', port: 8786, python: DASK_PYTHON! }),
  );
});
