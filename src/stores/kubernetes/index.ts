import { SpiceLabError } from '../../errors/index.ts';
import { findResults, forwardTo, openCluster, resultsToken } from '../../kubernetes/index.ts';
import type { Store } from '../../store.ts';
import { openHttpStore } from '../http/index.ts';
import { storeToken } from '../http/token.ts';
import type { StoreKind } from '../kind.ts';

/** What the results service of the chart keeps on its volume, reached through the API server. */
export const kubernetes: StoreKind = {
  name: 'kubernetes',
  form: 'k8s://namespace/run',
  holds: (location) => /^k8s:\/\//i.test(location),
  open: openKubernetesStore,
};

/**
 * The store of a namespace's results service. The token is the environment's (SPICELAB_STORE_TOKEN), or that of the service's
 * Secret where we may read it. The cluster is the kubeconfig's current one, or the one of SPICELAB_CONTEXT.
 * @throws SpiceLabError OPTION_INVALID for a location that names no namespace, BACKEND_UNUSABLE where there is no such service
 */
export async function openKubernetesStore(location: string): Promise<Store> {
  const [, namespace, path = ''] = /^k8s:\/\/([a-z0-9][a-z0-9-]*)(?:\/(.*))?$/i.exec(location) ?? [];
  if (namespace === undefined)
    throw new SpiceLabError('OPTION_INVALID', `'${location}' names no namespace`, {
      remedy: 'Give k8s://NAMESPACE/RUN.',
    });
  const cluster = await openCluster({ namespace, context: process.env['SPICELAB_CONTEXT'] || undefined });
  const found = await findResults(cluster);
  const token = storeToken() ?? (await resultsToken(cluster, found));
  const { port } = await forwardTo(cluster, () => findResults(cluster));
  const shown = `k8s://${namespace}/${path}`.replace(/\/$/, '');
  return openHttpStore(`http://127.0.0.1:${port}/${path}`, { token, shown });
}
