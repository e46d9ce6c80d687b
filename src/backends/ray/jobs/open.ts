import { z } from 'zod';
import type { Backend } from '../../../backend.ts';
import { SpiceLabError } from '../../../errors/index.ts';
import { BatchBackend } from '../../batch/index.ts';
import type { BackendOptions } from '../../kind.ts';
import { JobsApi } from './api.ts';
import { NAME, RayJobsPlatform } from './platform.ts';

/** What a job's reference says beside its name. */
const recordedSchema = z.looseObject({
  address: z.string().optional().catch(undefined),
  workers: z.number().optional().catch(undefined),
  workerCpus: z.number().optional().catch(undefined),
  workerMemory: z.number().optional().catch(undefined),
});
/** Where the nodes may not be counted. */
const SLOTS = 4;

/** @throws SpiceLabError OPTION_INVALID without an address, BACKEND_UNUSABLE where no dashboard answers */
export async function openRayJobs(options: BackendOptions): Promise<Backend> {
  const recorded = recordedSchema.parse(options.cluster?.recorded ?? {});
  const address = readAddress(options.location) ?? recorded.address;
  if (address === undefined)
    throw new SpiceLabError('OPTION_INVALID', 'no Ray dashboard is named', {
      remedy: 'Give --on ray:http://HEAD:8265.',
    });
  const api = new JobsApi(address);
  await api.greet();
  const settings = {
    api,
    workers: options.workers ?? recorded.workers,
    workerCpus: options.workerCpus ?? recorded.workerCpus,
    workerMemory: options.workerMemory ?? recorded.workerMemory,
  };
  const room = await api.cpus().then(
    (cpus) => Math.floor(cpus / (settings.workerCpus ?? 1)),
    () => SLOTS,
  );
  return new BatchBackend(new RayJobsPlatform(settings, Math.max(1, settings.workers ?? room)));
}

function readAddress(location = NAME): string | undefined {
  if (location === NAME) return undefined;
  const text = location.slice('ray:'.length);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && !url.username && !url.password && !url.search) return url.href.replace(/\/$/, '');
  throw new SpiceLabError('OPTION_INVALID', `"${location}" names no Ray dashboard`, {
    remedy: 'Give --on ray:http://HEAD:8265.',
  });
}
