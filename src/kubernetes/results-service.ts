import type { V1Pod } from '@kubernetes/client-node';
import { SpiceLabError } from '../errors/index.ts';
import { ask, askFor } from './calls.ts';
import type { Cluster } from './client.ts';

/** The pods of the chart that serve runs, and their service. */
const SELECTOR = 'app.kubernetes.io/name=spicelab,app.kubernetes.io/component=results';
const TOKEN_VOLUME = 'token';

/** The results service of a namespace. */
export interface ResultsService {
  readonly pod: string;
  readonly port: number;
  /** As pods reach it. */
  readonly url: string;
  /** The Secret that holds its token, and the key in it. */
  readonly secret: { readonly name: string; readonly key: string } | undefined;
}

/** @throws SpiceLabError BACKEND_UNUSABLE where the chart is not installed there, BACKEND_FAILED where its pod is not ready */
export async function findResults({ core, namespace }: Cluster): Promise<ResultsService> {
  const labelSelector = SELECTOR;
  const { items: services } = await ask('list services', () =>
    core.listNamespacedService({ namespace, labelSelector }),
  );
  const service = services[0];
  if (!service?.metadata?.name)
    throw new SpiceLabError('BACKEND_UNUSABLE', `there is no results service in namespace ${namespace}`, {
      remedy: `Install the chart there (helm install spicelab deploy/helm/spicelab -n ${namespace}), or keep the run elsewhere: --out s3://bucket/run.`,
    });
  const { items: pods } = await ask('list pods', () => core.listNamespacedPod({ namespace, labelSelector }));
  const pod = pods.find(isReady);
  if (!pod?.metadata?.name)
    throw new SpiceLabError('BACKEND_FAILED', `the results service in namespace ${namespace} is not ready`, {
      remedy: `See why: kubectl -n ${namespace} describe pods -l ${SELECTOR}`,
    });
  const outside = service.spec?.ports?.[0]?.port ?? 80;
  return {
    pod: pod.metadata.name,
    port: pod.spec?.containers[0]?.ports?.[0]?.containerPort ?? 8080,
    url: `http://${service.metadata.name}.${namespace}.svc:${outside}`,
    secret: secretOf(pod),
  };
}

const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');

function secretOf({ spec }: V1Pod): ResultsService['secret'] {
  const name = spec?.volumes?.find((volume) => volume.name === TOKEN_VOLUME)?.secret?.secretName;
  if (name === undefined) return undefined;
  const words = (spec?.containers ?? []).flatMap(({ args }) => args ?? []);
  const file = words[words.indexOf('--token-file') + 1];
  return { name, key: file?.split('/').at(-1) ?? 'token' };
}

/** The token of a results service, where we may read its Secret. */
export async function resultsToken(
  { core, namespace }: Cluster,
  { secret }: ResultsService,
): Promise<string | undefined> {
  if (!secret) return undefined;
  const { name, key } = secret;
  const found = await askFor('read the Secret of the results service', () =>
    core.readNamespacedSecret({ name, namespace }),
  );
  const token = found?.data?.[key];
  return token === undefined ? undefined : Buffer.from(token, 'base64').toString('utf8').trim();
}
