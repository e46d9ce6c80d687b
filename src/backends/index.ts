import type { Backend } from '../backend.ts';
import { nearestNames, SpiceLabError } from '../errors/index.ts';
import { dask } from './dask/index.ts';
import type { BackendKind, BackendOptions } from './kind.ts';
import { kubernetes } from './kubernetes/index.ts';
import { local } from './local/index.ts';
import { ray } from './ray/index.ts';
import { rayJobs } from './ray/jobs/index.ts';

export { workerFile } from './common/index.ts';
export type { BackendKind, BackendOptions } from './kind.ts';
export { physicalCores } from './local/cores.ts';

/** Every backend; one folder and one line each. */
export const BACKENDS: readonly BackendKind[] = [local, dask, kubernetes, ray, rayJobs];

/**
 * Opens the backend that is called so.
 * @throws SpiceLabError BACKEND_UNKNOWN with the nearest names, OPTION_INVALID for options that make no sense
 */
export async function openBackend(name: string, options: BackendOptions = {}): Promise<Backend> {
  const kind = BACKENDS.find((candidate) => candidate.name === name || candidate.takes?.(name));
  if (kind) return kind.open({ ...options, location: name });
  const names = BACKENDS.map((candidate) => candidate.name);
  const near = nearestNames(name, names);
  throw new SpiceLabError('BACKEND_UNKNOWN', `there is no backend '${name}'`, {
    remedy: `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}The backends are ${names.join(', ')}.`,
  });
}
