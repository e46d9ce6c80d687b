import { CLUSTERS, needsCluster, openCluster, plainOrder, runChunks, waitingPlan } from './lib/clusters.mjs';
import { needsBuild, runProgram } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { compared, median, quantity } from './lib/rows.mjs';

const WORKERS = 2;
const SERIAL = 60;
const BURST = 1000;

/** @typedef {import('./lib/clusters.mjs').ClusterKind} ClusterKind */

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'round-trip',
  title: `A chunk that takes no time, there and back, and ${BURST.toLocaleString('en-US')} of them at once, ${WORKERS} workers: SpiceLab's backends, and plain clients in Python with the same workers`,
  needs: () => needsBuild() ?? needsCluster('dask'),
  async run(context) {
    const plan = await waitingPlan(context.folder, 0);
    const kinds = /** @type {ClusterKind[]} */ (Object.keys(CLUSTERS)).filter((kind) => {
      const missing = needsCluster(kind);
      if (missing) console.log(`without ${kind}: ${missing}`);
      return !missing;
    });
    /** @type {Record<string, () => Promise<{ trip: number, rate: number }>>} */
    const contestants = { local: () => measureBackend('local', plan, context.folder) };
    for (const kind of kinds) {
      contestants[kind] = () => measureBackend(kind, plan, context.folder);
      contestants[`plain ${kind}`] = () => measurePlain(kind, plan, context.folder);
    }
    const measured = await interleave(context, contestants);
    return [
      quantity('local: there and back', measured['local'].trip, 'ms'),
      quantity('local: at once', measured['local'].rate, 'chunks/s'),
      ...kinds.flatMap((kind) => {
        const [ours, theirs] = [measured[kind], measured[`plain ${kind}`]];
        return [
          quantity(`${kind}: there and back`, ours.trip, 'ms'),
          quantity(`${kind}, plain client: there and back`, theirs.trip, 'ms'),
          compared(`${kind}: time there and back over the plain client's`, ours.trip, theirs.trip, '<=', 1.5),
          quantity(`${kind}: at once`, ours.rate, 'chunks/s'),
          quantity(`${kind}, plain client: at once`, theirs.rate, 'chunks/s'),
          compared(`${kind}: time for all over the plain client's`, theirs.rate, ours.rate, '<=', 1.5),
        ];
      }),
    ];
  },
};

/** @param {string} on @param {import('../src/index.ts').Plan} plan @param {string} folder */
async function measureBackend(on, plan, folder) {
  const backend = await openCluster(on, WORKERS);
  try {
    await runChunks(backend, plan, 4 * WORKERS, folder);
    const trips = [];
    for (let i = 0; i < SERIAL; i++) trips.push((await runChunks(backend, plan, 1, folder)).seconds);
    const { seconds } = await runChunks(backend, plan, BURST, folder);
    return { trip: 1e3 * median(trips), rate: BURST / seconds };
  } finally {
    await backend.close();
  }
}

/** @param {ClusterKind} kind @param {import('../src/index.ts').Plan} plan @param {string} folder */
async function measurePlain(kind, plan, folder) {
  const { python, plain } = CLUSTERS[kind];
  const order = JSON.stringify(await plainOrder(folder, plan));
  const { stdout } = runProgram(python, [plain, order, ...[WORKERS, SERIAL, BURST].map(String)]);
  const { trips, rate } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return { trip: median(trips), rate };
}
