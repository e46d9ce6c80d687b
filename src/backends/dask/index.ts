import { availableParallelism } from 'node:os';
import { SpiceLabError } from '../../errors/index.ts';
import type { ClusterOptions } from '../bridge/index.ts';
import type { BackendKind } from '../kind.ts';

const NAME = 'dask';

/** The cluster's settings that the bridge's own cluster gets; on others they are their owner's. */
const SETTINGS: Readonly<Record<string, string>> = {
  // a chunk that waits, waits with the scheduler, so that it goes to the first worker that is free
  DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION: '1.0',
  // the run counts losses by itself: a worker that dies blames every chunk it holds
  DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES: '20',
  // its workers only wait for simulators: a hundred of them that look at themselves so often keep two cores busy
  DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED: 'False',
  DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL: '500ms',
  DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL: '5s',
};

/** Workers of a Dask cluster: one that is there, or one on this machine that lives as long as the backend. */
export const dask: BackendKind = {
  name: NAME,
  summary: 'a Dask cluster: dask (started here), dask://host:8786, dask+tls://host:8786, dask:scheduler.json',
  takes: (location) => /^dask(\+tls)?:/.test(location),
  examine: async () => (await import('../bridge/index.ts')).examinePython('distributed', 'dask[distributed]'),
  open: async ({ location = NAME, resources, priority, ...options }) =>
    (await import('../bridge/index.ts')).BridgeBackend.open({
      kind: NAME,
      cluster: { ...readLocation(location, options.workers), resources, priority },
      options,
      settings: SETTINGS,
    }),
};

/** @throws SpiceLabError OPTION_INVALID */
export function readLocation(location: string, workers: number | undefined): ClusterOptions {
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0))
    throw new SpiceLabError('OPTION_INVALID', `${workers} workers are not possible`, {
      remedy: 'Give a whole number from 1 on.',
    });
  if (location === NAME) return { workers: workers ?? availableParallelism() };
  const others = { workers, growsByWaiting: true };
  const [, tls, host] = /^dask(\+tls)?:\/\/([^/]+:\d+)\/?$/.exec(location) ?? [];
  if (host !== undefined)
    return { ...others, address: `${tls ? 'tls' : 'tcp'}://${host}`, tls: tls !== undefined };
  const [, file] = /^dask:(?!\/\/)(.+)$/.exec(location) ?? [];
  if (file !== undefined) return { ...others, schedulerFile: file };
  throw new SpiceLabError('OPTION_INVALID', `"${location}" names no Dask cluster`, {
    remedy: 'Give dask, dask://host:8786, dask+tls://host:8786, or dask:scheduler.json.',
  });
}
