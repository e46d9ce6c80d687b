import type { V1EnvVar, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { SpiceLabError } from '../../errors/index.ts';
import type { ResultsService } from '../../kubernetes/index.ts';
import type { JobTemplate } from './template.ts';

/** How pods get at the run's store. */
export interface StoreView {
  /** As it is opened there. */
  readonly location: string;
  readonly env: readonly V1EnvVar[];
  readonly volumes: readonly V1Volume[];
  readonly mounts: readonly V1VolumeMount[];
}

const MOUNT = '/var/lib/spicelab';
const TOKEN = 'SPICELAB_STORE_TOKEN';

/** Whether the store is the results service of a namespace, and the template does not say how pods reach it. */
export const isServed = (location: string, { store }: JobTemplate): boolean =>
  /^k8s:/i.test(location) && store?.claim === undefined && store?.url === undefined;

/**
 * How pods see the store that is at `location` for us: a volume that is mounted into them, another address, or the same.
 * @throws SpiceLabError BACKEND_UNUSABLE for a folder of this machine
 */
export function storeView(
  location: string,
  { store }: JobTemplate,
  service?: Pick<ResultsService, 'url' | 'secret'>,
): StoreView {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(location) ?? [];
  if (scheme === undefined || scheme === 'file') throw unseen(location);
  const secret =
    store?.tokenSecret === undefined ? service?.secret : { name: store.tokenSecret, key: 'token' };
  const env: V1EnvVar[] = secret ? [{ name: TOKEN, valueFrom: { secretKeyRef: secret } }] : [];
  // host (or namespace) and path
  const path = rest.split('/').slice(1).filter(Boolean).join('/');
  if (store?.claim !== undefined) {
    const folder = [MOUNT, store.path, path].filter(Boolean).join('/');
    return {
      location: folder,
      env: [],
      volumes: [{ name: 'store', persistentVolumeClaim: { claimName: store.claim } }],
      mounts: [{ name: 'store', mountPath: MOUNT }],
    };
  }
  const plain = { env, volumes: [], mounts: [] };
  const url = store?.url ?? service?.url;
  if (url !== undefined) return { ...plain, location: [url.replace(/\/$/, ''), path].join('/') };
  return { ...plain, location };
}

const unseen = (location: string): SpiceLabError =>
  new SpiceLabError('BACKEND_UNUSABLE', `pods of a cluster cannot see the folder ${location}`, {
    remedy:
      'Keep the run where both see it: --out s3://bucket/run, or the results service of the chart, --out k8s://NAMESPACE/run.',
  });
