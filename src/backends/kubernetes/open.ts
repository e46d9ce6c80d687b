import { z } from 'zod';
import type { Backend } from '../../backend.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { type Cluster, openCluster } from '../../kubernetes/index.ts';
import { BatchBackend } from '../batch/index.ts';
import type { BackendOptions } from '../kind.ts';
import { KubernetesPlatform } from './platform.ts';
import { readTemplate, recordedTemplate } from './template.ts';

/** What a job's reference says beside its name. */
const recordedSchema = z.looseObject({
  namespace: z.string().optional().catch(undefined),
  image: z.string().optional().catch(undefined),
  parallelism: z.number().int().positive().optional().catch(undefined),
  template: z.unknown().optional(),
});

/** Pods at the same time where nobody says, and the nodes may not be counted. */
const PARALLELISM = 10;
const MOST_PARALLELISM = 1000;

/** @throws SpiceLabError OPTION_INVALID where no image is named, BACKEND_UNUSABLE where no cluster answers */
export async function openKubernetes({ workers, cluster: choice = {} }: BackendOptions): Promise<Backend> {
  const recorded = recordedSchema.parse(choice.recorded ?? {});
  const template =
    choice.jobTemplate === undefined
      ? recordedTemplate(recorded.template ?? {})
      : readTemplate(choice.jobTemplate);
  const image = choice.image ?? template.image ?? recorded.image;
  if (image === undefined)
    throw new SpiceLabError('OPTION_INVALID', 'no image is named for the pods', {
      remedy: 'Give --image, or an image in the job template; deploy/docker/Dockerfile builds one.',
    });
  const namespace = choice.namespace ?? recorded.namespace;
  const cluster = await openCluster({ context: choice.context, namespace });
  const parallelism = workers ?? template.parallelism ?? recorded.parallelism ?? (await cores(cluster));
  return new BatchBackend(new KubernetesPlatform({ cluster, template, image, parallelism }));
}

/** As many pods as the cluster has cores now; autoscaled ones say more by `--workers`. */
async function cores({ core }: Cluster): Promise<number> {
  try {
    const { items } = await core.listNode();
    const count = items.reduce((sum, { status }) => sum + coresOf(status?.allocatable?.['cpu'] ?? '0'), 0);
    return Math.max(1, Math.min(MOST_PARALLELISM, Math.floor(count)));
  } catch {
    // not everybody may look at nodes
    return PARALLELISM;
  }
}

const coresOf = (quantity: string): number =>
  quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
