import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { SpiceLabError } from '../../errors/index.ts';
import type { ClusterOptions } from '../bridge/index.ts';
import type { BackendKind, BackendOptions } from '../kind.ts';

const NAME = 'ray';
const CLIENT_PORT = 10001;
const EXAMPLES = 'ray, ray://host:10001, ray:auto, ray:host:6379, or ray:http://host:8265';

const SETTINGS: Readonly<Record<string, string>> = {
  // a bridge that dies gives its slots back soon, for the one that takes its place
  RAY_CLIENT_RECONNECT_GRACE_PERIOD: '5',
  RAY_USAGE_STATS_ENABLED: '0',
};

/** Workers of a Ray cluster: one that is there, or one on this machine that lives as long as the backend. */
export const ray: BackendKind = {
  name: NAME,
  summary: 'a Ray cluster: ray (started here), ray://host:10001 (Ray Client), ray:auto, ray:host:6379',
  // those with http are jobs
  takes: (location) => /^ray:(?!https?:)/.test(location),
  examine: async () => (await import('../bridge/index.ts')).examinePython(NAME, 'ray[default]'),
  open: async ({ location = NAME, ...options }) =>
    (await import('../bridge/index.ts')).BridgeBackend.open({
      kind: NAME,
      cluster: readCluster(location, options),
      options,
      settings: { ...SETTINGS, ...(location === NAME ? privately() : {}) },
    }),
};

/**
 * Which cluster, and what one worker takes of it.
 * @throws SpiceLabError OPTION_INVALID
 */
export function readCluster(
  location: string,
  { workers, workerCpus, workerMemory }: BackendOptions = {},
): ClusterOptions {
  if (workers !== undefined && (!Number.isInteger(workers) || workers < 1))
    throw invalid(`${workers} workers are not possible`, 'Give a whole number from 1 on.');
  if (workerCpus !== undefined && !(workerCpus > 0))
    throw invalid(`a worker cannot take ${workerCpus} CPUs`, 'Give a number above 0, such as 1 or 0.5.');
  const address = readAddress(location);
  return {
    address,
    workers: address === undefined ? (workers ?? availableParallelism()) : workers,
    workerCpus,
    workerMemory,
  };
}

/** As Ray writes it; undefined for a cluster that is to be started here. */
function readAddress(location: string): string | undefined {
  if (location === NAME) return undefined;
  const [, host, port = CLIENT_PORT] = /^ray:\/\/([^/:]+|\[[^/\]]+\])(?::(\d+))?\/?$/.exec(location) ?? [];
  if (host !== undefined) return `ray://${host}:${port}`;
  const [, address] = /^ray:(auto|[^/:]+:\d+|\[[^/\]]+\]:\d+)$/.exec(location) ?? [];
  if (address !== undefined) return address;
  throw invalid(`"${location}" names no Ray cluster`, `Give ${EXAMPLES}.`);
}

/** Lets nobody else use a cluster that is started here; otherwise Ray would keep a token in the user's home. */
const privately = (): Record<string, string> => ({
  RAY_AUTH_MODE: 'token',
  RAY_AUTH_TOKEN: randomBytes(32).toString('hex'),
});

const invalid = (message: string, remedy: string): SpiceLabError =>
  new SpiceLabError('OPTION_INVALID', message, { remedy });
