import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CLUSTERS, needsCluster, openCluster, runChunks, waitingPlan } from './lib/clusters.mjs';
import { needsLibngspice } from './lib/libngspice.mjs';
import { needsBuild, ROOT, runSpiceLab } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { compared, limited, quantity } from './lib/rows.mjs';
import { steadySeconds } from './lib/run-folder.mjs';

const SECONDS = 1;
/** Chunks for each worker. */
const EACH = 15;
const SIZES = [1, 10, 100];
const SAMPLES = 600;

/** @typedef {import('./lib/clusters.mjs').ClusterKind} ClusterKind */

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'scaling',
  title: `Chunks of ${SECONDS} s that occupy a worker without a core, ${EACH} for each of ${SIZES.join(', ')} workers, all on one machine: share of the time in which workers are occupied; and a ring oscillator's .tran, which wants cores`,
  needs: () => needsBuild() ?? needsLibngspice() ?? needsCluster('dask'),
  async run(context) {
    const plan = await waitingPlan(context.folder, SECONDS);
    const kinds = [
      'local',
      .../** @type {ClusterKind[]} */ (Object.keys(CLUSTERS)).filter((kind) => !needsCluster(kind)),
    ];
    /** @type {Record<string, () => import('./lib/rounds.mjs').Figures | Promise<import('./lib/rounds.mjs').Figures>>} */
    const contestants = {};
    for (const workers of SIZES)
      for (const kind of kinds)
        contestants[`${kind} ${workers}`] = () => occupied(kind, workers, plan, context.folder);
    const cores = availableParallelism();
    for (const workers of new Set([1, cores]))
      for (const kind of kinds)
        contestants[`${kind} ring ${workers}`] = () => ring(kind, workers, context.folder);
    const measured = await interleave(context, contestants);
    return [
      ...SIZES.flatMap((workers) =>
        kinds.map((kind) => {
          const { efficiency } = measured[`${kind} ${workers}`];
          const what = `${kind}, ${workers} worker${workers > 1 ? 's' : ''} without cores: occupied`;
          return workers === 100 ? limited(what, efficiency, '', '>=', 0.95) : quantity(what, efficiency, '');
        }),
      ),
      ...kinds.map((kind) =>
        compared(
          `${kind}, ring oscillator: ${cores} workers over one`,
          measured[`${kind} ring 1`].seconds,
          measured[`${kind} ring ${cores}`].seconds,
          '>=',
        ),
      ),
    ];
  },
};

/**
 * @param {string} kind @param {number} workers
 * @param {import('../src/index.ts').Plan} plan @param {string} folder
 */
async function occupied(kind, workers, plan, folder) {
  const backend = await openCluster(kind, workers);
  try {
    // until every worker process is there: their start wants cores, and is not what is measured
    let known = 0;
    while (known < workers) known = (await runChunks(backend, plan, 2 * workers, folder)).workers;
    const { seconds } = await runChunks(backend, plan, EACH * workers, folder);
    return { efficiency: (EACH * SECONDS) / seconds };
  } finally {
    await backend.close();
  }
}

/** @param {string} kind @param {number} workers @param {string} folder */
function ring(kind, workers, folder) {
  const run = join(folder, `ring-${kind}-${workers}-${performance.now().toFixed(0)}`);
  const python = kind in CLUSTERS ? ['--python', CLUSTERS[/** @type {ClusterKind} */ (kind)].python] : [];
  runSpiceLab([
    ...['mc', join(ROOT, 'benchmarks/decks/ring.cir'), '--vary', 'm1.delvto=normal(0,10m)'],
    ...['--measure', 'level=avg(v(a))', '-n', String(SAMPLES), '--seed', '1', '--engine', 'libngspice'],
    ...['--on', kind, '--workers', String(workers), ...python, '--out', run, '--no-report', '--quiet'],
  ]);
  return { seconds: steadySeconds(run, 0.3) };
}
