import type { V1Job } from '@kubernetes/client-node';
import { ask, askFor, openCluster } from '../../kubernetes/index.ts';
import { APP, LABELS } from './manifest.ts';

const SELECTOR = `${LABELS.managedBy}=${APP},${LABELS.job}`;

export interface Cleaning {
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  /** Also jobs that are not over: their runs, if somebody watches them, ask for the rest again. */
  readonly running?: boolean | undefined;
  /** Says what would be removed. */
  readonly dryRun?: boolean | undefined;
}

/** What was found, a line each. */
export interface Cleaned {
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Removes the Jobs of a namespace that are over, with their pods and documents, and documents whose Job was never made.
 * Parts are in the run's store, and stay.
 */
export async function cleanJobs({ context, namespace: place, running, dryRun }: Cleaning): Promise<Cleaned> {
  const { batch, core, namespace } = await openCluster({ context, namespace: place });
  const labelSelector = SELECTOR;
  const { items: jobs } = await ask('list Jobs', () => batch.listNamespacedJob({ namespace, labelSelector }));
  const { items: maps } = await ask('list ConfigMaps', () =>
    core.listNamespacedConfigMap({ namespace, labelSelector }),
  );
  const doomed = jobs.filter((job) => running || isOver(job));
  const kept = jobs.filter((job) => !doomed.includes(job));
  const names = new Set(jobs.map(({ metadata }) => metadata?.name));
  const orphans = maps.filter(({ metadata }) => !names.has(metadata?.name));
  if (!dryRun) {
    for (const { metadata } of doomed)
      await askFor('delete a Job', () =>
        batch.deleteNamespacedJob({ name: metadata!.name!, namespace, propagationPolicy: 'Background' }),
      );
    for (const { metadata } of orphans)
      await askFor('delete a ConfigMap', () =>
        core.deleteNamespacedConfigMap({ name: metadata!.name!, namespace }),
      );
  }
  const removed = [...doomed.map(lineOf), ...orphans.map(({ metadata }) => `configmap ${metadata?.name}`)];
  return { removed, kept: kept.map(lineOf) };
}

const isOver = ({ status }: V1Job): boolean =>
  (status?.conditions ?? []).some(
    ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
  );

const lineOf = ({ metadata, spec, status }: V1Job): string =>
  `job ${metadata?.name} (${status?.succeeded ?? 0} of ${spec?.completions ?? 0} tasks done) of ${metadata?.annotations?.['spicelab/store'] ?? 'a run'}`;
