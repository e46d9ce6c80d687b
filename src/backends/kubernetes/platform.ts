import { stringify } from 'yaml';
import type { Capabilities, JobRef } from '../../backend.ts';
import { ask, askFor, type Cluster, findResults, statusOf } from '../../kubernetes/index.ts';
import type { BatchOrder, BatchPlatform, Sighting } from '../batch/index.ts';
import { APP, LABELS, type Manifests, manifestsOf, objectName } from './manifest.ts';
import { NAME } from './name.ts';
import { observe } from './observe.ts';
import { indexOfPod } from './pods.ts';
import { isServed, storeView } from './store-view.ts';
import type { JobTemplate } from './template.ts';

/** A ConfigMap holds 1 MiB; names and labels take a little of it. */
const CONFIG_MAP_BYTES = 1_000_000;
const LOG_LINES = 20;

export interface PlatformSettings {
  readonly cluster: Cluster;
  readonly template: JobTemplate;
  readonly image: string;
  readonly parallelism: number;
}

/** One Indexed Job for each submit. */
export class KubernetesPlatform implements BatchPlatform {
  readonly name = NAME;
  readonly capabilities: Capabilities;
  readonly engines = ['libngspice', 'wasm'];
  readonly carries = CONFIG_MAP_BYTES;
  readonly lookSeconds = 30;
  readonly #settings: PlatformSettings;

  constructor(settings: PlatformSettings) {
    this.#settings = settings;
    this.capabilities = {
      delivery: 'store',
      slots: settings.parallelism,
      maxChunksPerSubmit: 10_000,
      chunkSeconds: { least: 30, most: 300 },
      detachable: true,
      preemptible: settings.template.spot !== undefined,
    };
  }

  async preview(order: BatchOrder): Promise<string> {
    const { job, documents } = await this.#manifests(order);
    return [documents, job].flatMap((object) => (object ? [stringify(object)] : [])).join('---\n');
  }

  async submit(order: BatchOrder): Promise<Readonly<Record<string, unknown>>> {
    const { batch, core, namespace } = this.#settings.cluster;
    const { job, documents } = await this.#manifests(order);
    const name = objectName(order.id);
    if (documents)
      await ask('make a ConfigMap', () =>
        made(core.createNamespacedConfigMap({ namespace, body: documents })),
      );
    try {
      await ask('make a Job', () => made(batch.createNamespacedJob({ namespace, body: job })));
      if (documents) await this.#own(name);
    } catch (thrown) {
      if (documents) await core.deleteNamespacedConfigMap({ name, namespace }).catch(() => undefined);
      throw thrown;
    }
    const { template, image, parallelism } = this.#settings;
    return { namespace, name, image, parallelism, template };
  }

  observe(ref: JobRef, signal: AbortSignal): AsyncIterable<Sighting> {
    const { namespace, name } = this.#place(ref);
    return observe(this.#settings.cluster, namespace, name, signal);
  }

  async cancel(ref: JobRef): Promise<void> {
    const { batch } = this.#settings.cluster;
    const { namespace, name } = this.#place(ref);
    await askFor('delete a Job', () =>
      batch.deleteNamespacedJob({ name, namespace, propagationPolicy: 'Background' }),
    );
  }

  async logs(ref: JobRef, index: number): Promise<string | undefined> {
    const { core } = this.#settings.cluster;
    const { namespace, name } = this.#place(ref);
    const labelSelector = `batch.kubernetes.io/job-name=${name}`;
    const { items } = await core.listNamespacedPod({ namespace, labelSelector });
    const pods = items.filter((pod) => indexOfPod(pod) === index);
    const pod = pods.at(-1)?.metadata?.name;
    if (pod === undefined) return undefined;
    return core.readNamespacedPodLog({ name: pod, namespace, container: APP, tailLines: LOG_LINES });
  }

  async close(): Promise<void> {}

  async #manifests(order: BatchOrder): Promise<Manifests> {
    const { cluster, template, image, parallelism } = this.#settings;
    const { location } = order.store;
    const service = isServed(location, template) ? await findResults(cluster) : undefined;
    const view = storeView(location, template, service);
    return manifestsOf(order, { namespace: cluster.namespace, template, image, parallelism, view });
  }

  /** Lets the ConfigMap go with its Job. */
  async #own(name: string): Promise<void> {
    const { batch, core, namespace, library } = this.#settings.cluster;
    const { metadata } = await ask('read a Job', () => batch.readNamespacedJob({ name, namespace }));
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid: metadata?.uid ?? '', controller: true };
    const body = [{ op: 'add', path: '/metadata/ownerReferences', value: [owner] }];
    await ask('give a ConfigMap to its Job', () =>
      core.patchNamespacedConfigMap(
        { name, namespace, body },
        library.setHeaderOptions('Content-Type', library.PatchStrategy.JsonPatch),
      ),
    );
  }

  #place({ id, details }: JobRef): { readonly namespace: string; readonly name: string } {
    const { namespace, name } = (details ?? {}) as { namespace?: string; name?: string };
    return { namespace: namespace ?? this.#settings.cluster.namespace, name: name ?? objectName(id) };
  }
}

/** What is there already was made by an earlier attempt whose answer was lost: names are unique. */
async function made(answer: Promise<unknown>): Promise<void> {
  await answer.catch((thrown) => {
    if (statusOf(thrown) !== 409) throw thrown;
  });
}

export { LABELS };
