import { holdPages } from '../cluster-pages.ts';
import { DASK_PYTHON } from './cluster.ts';

await holdPages({
  kind: 'dask',
  pages: ['docs/dask.md', 'docs/deploy-dask.md'],
  python: DASK_PYTHON,
  except: ['dask-slurm'],
});
