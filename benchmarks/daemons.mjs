import { readdirSync, readFileSync } from 'node:fs';
import {
  CLUSTERS,
  needsCluster,
  openCluster,
  residentBytes,
  runChunks,
  waitingPlan,
} from './lib/clusters.mjs';
import { needsBuild } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { quantity } from './lib/rows.mjs';

const WORKERS = 2;
const CHUNKS = 50;

/** What a command line is, first match first. */
const ROLES = /** @type {const} */ ([
  [/worker\.mjs/, 'simulator (node)'],
  [/spicelab_bridge/, 'bridge (for Dask with its scheduler)'],
  [/resource_tracker/, 'resource tracker'],
  [/spawn_main/, 'Dask worker'],
  [/gcs_server/, 'Ray GCS'],
  [/raylet\/raylet|\/raylet /, 'raylet'],
  [/dashboard\/dashboard\.py|ray::DashboardHead|dashboard_head/i, 'Ray dashboard'],
  [/dashboard\/agent|DashboardAgent/, 'Ray dashboard agent'],
  [/runtime_env\/agent|RuntimeEnvAgent/, 'Ray runtime environment agent'],
  [/log_monitor/, 'Ray log monitor'],
  [/monitor\.py/, 'Ray autoscaler monitor'],
  [/ray::/, 'Ray actor or worker'],
]);

/** @typedef {import('./lib/clusters.mjs').ClusterKind} ClusterKind */

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'daemons',
  title: `Resident memory of every process of a cluster with ${WORKERS} workers, after ${CHUNKS} chunks of the formula kind`,
  needs: () => needsBuild() ?? needsCluster('dask'),
  async run(context) {
    const plan = await waitingPlan(context.folder, 0);
    const kinds = /** @type {ClusterKind[]} */ (Object.keys(CLUSTERS)).filter((kind) => !needsCluster(kind));
    const measured = await interleave(
      context,
      Object.fromEntries(['local', ...kinds].map((kind) => [kind, () => memory(kind, plan, context.folder)])),
    );
    return Object.entries(measured).flatMap(([kind, roles]) =>
      Object.entries(roles).map(([role, values]) => quantity(`${kind}: ${role}`, values, 'MB')),
    );
  },
};

/** @param {string} kind @param {import('../src/index.ts').Plan} plan @param {string} folder */
async function memory(kind, plan, folder) {
  const backend = await openCluster(kind, WORKERS);
  try {
    await runChunks(backend, plan, CHUNKS, folder);
    /** @type {Record<string, number[]>} */
    const byRole = {};
    for (const pid of descendants(process.pid)) {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const role = ROLES.find(([pattern]) => pattern.test(command))?.[1] ?? 'other';
      byRole[role] = [...(byRole[role] ?? []), residentBytes(pid) / 1e6];
    }
    const entries = Object.entries(byRole).map(([role, sizes]) => {
      const sum = sizes.reduce((total, size) => total + size, 0);
      return [sizes.length > 1 ? `${role} (each of ${sizes.length})` : role, sum / sizes.length, sum];
    });
    return {
      .../** @type {Record<string, number>} */ (
        Object.fromEntries(entries.map(([role, mean]) => [role, mean]))
      ),
      'all together': entries.reduce((total, [, , sum]) => total + Number(sum), 0),
    };
  } finally {
    await backend.close();
  }
}

/** @param {number} root @returns {number[]} processes that it started, and those that they did */
function descendants(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1].split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // it has ended meanwhile
    }
  }
  const found = [...(children.get(root) ?? [])];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}
