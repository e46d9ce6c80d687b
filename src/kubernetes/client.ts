import type * as Client from '@kubernetes/client-node';
import { SpiceLabError } from '../errors/index.ts';

const PACKAGE = '@kubernetes/client-node';
/** The last that runs on Node 20. */
const VERSION = '1.4.0';

/** Which cluster, as the user said it. */
export interface ClusterChoice {
  /** Of the kubeconfig; its current one when absent. */
  readonly context?: string | undefined;
  /** The context's own, or that of the pod we are in, when absent. */
  readonly namespace?: string | undefined;
}

/** A cluster that was found, not yet spoken to. */
export interface Cluster {
  readonly library: typeof Client;
  readonly config: Client.KubeConfig;
  readonly namespace: string;
  readonly batch: Client.BatchV1Api;
  readonly core: Client.CoreV1Api;
}

/**
 * The cluster of a kubeconfig (KUBECONFIG, ~/.kube/config), or the one that this process is a pod of.
 * @throws SpiceLabError BACKEND_UNUSABLE where the client is not installed or no cluster is configured, OPTION_INVALID for a
 * context that there is not
 */
export async function openCluster({ context, namespace }: ClusterChoice): Promise<Cluster> {
  const library = await importClient();
  const config = new library.KubeConfig();
  try {
    config.loadFromDefault();
  } catch (cause) {
    throw new SpiceLabError('BACKEND_UNUSABLE', 'the kubeconfig cannot be read', {
      cause,
      remedy: 'Look at it with: kubectl config view',
    });
  }
  if (context !== undefined) {
    if (!config.getContextObject(context))
      throw new SpiceLabError('OPTION_INVALID', `the kubeconfig has no context '${context}'`, {
        remedy: `It has: ${
          config
            .getContexts()
            .map(({ name }) => name)
            .join(', ') || 'none'
        }.`,
      });
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster() || config.getCurrentContext() === 'loaded-context')
    throw new SpiceLabError('BACKEND_UNUSABLE', 'no cluster is configured here', {
      remedy:
        'Set KUBECONFIG, or let your provider write ~/.kube/config; kubectl get nodes shows whether it works.',
    });
  const own = config.getContextObject(config.getCurrentContext())?.namespace;
  return {
    library,
    config,
    namespace: namespace ?? own ?? 'default',
    batch: config.makeApiClient(library.BatchV1Api),
    core: config.makeApiClient(library.CoreV1Api),
  };
}

async function importClient(): Promise<typeof Client> {
  try {
    return await import('@kubernetes/client-node');
  } catch (cause) {
    throw new SpiceLabError('BACKEND_UNUSABLE', `${PACKAGE} is not installed`, {
      cause,
      remedy: `Run: npm install ${PACKAGE}@${VERSION}`,
    });
  }
}
