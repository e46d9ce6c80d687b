import type { V1ConfigMap, V1Job, V1PodSpec } from '@kubernetes/client-node';
import { BATCH_EXIT } from '../../protocol/index.ts';
import type { BatchOrder } from '../batch/index.ts';
import { nodeChoice } from './spot.ts';
import type { StoreView } from './store-view.ts';
import type { JobTemplate } from './template.ts';

export const LABELS = {
  app: 'app.kubernetes.io/name',
  managedBy: 'app.kubernetes.io/managed-by',
  component: 'app.kubernetes.io/component',
  job: 'spicelab/job',
  plan: 'spicelab/plan',
} as const;
export const APP = 'spicelab';

const DOCUMENTS = '/etc/spicelab/job';
const SCRATCH = '/tmp';
/** Kubernetes counts a pod that somebody deletes as a failure of its index; the second waits 10 s, the third 20. */
const BACKOFF_LIMIT_PER_INDEX = 3;
const DEADLINE_SECONDS = 7 * 24 * 3600;
/** How long what is over can be looked at. */
const TTL_SECONDS = 3600;
/** Time to finish what is being written, and to abandon the sample in hand. */
const GRACE_SECONDS = 30;
const MEBIBYTE = 2 ** 20;
/** Killed by the kernel for its memory, or by the kubelet after the grace period. */
const KILLED = 137;

export interface ManifestSettings {
  readonly namespace: string;
  readonly template: JobTemplate;
  readonly image: string;
  readonly parallelism: number;
  readonly view: StoreView;
}

export const objectName = (id: string): string => `${APP}-${id.slice(0, 18)}`;

export interface Manifests {
  readonly job: V1Job;
  /** The documents that go with the job; `undefined` where all of them are in the store. */
  readonly documents: V1ConfigMap | undefined;
}

/** The Indexed Job of an order, one index for each chunk, and its documents. */
export function manifestsOf(order: BatchOrder, settings: ManifestSettings): Manifests {
  const { id, job, documents, peakMemory } = order;
  const { template, parallelism, namespace } = settings;
  const name = objectName(id);
  const labels = {
    ...template.labels,
    ...(template.queue === undefined ? {} : { 'kueue.x-k8s.io/queue-name': template.queue }),
    [LABELS.app]: APP,
    [LABELS.managedBy]: APP,
    [LABELS.component]: 'worker',
    [LABELS.job]: id,
    [LABELS.plan]: job.plan.id,
  };
  const metadata = { name, namespace, labels };
  const annotations = { ...template.annotations, 'spicelab/store': order.store.location };
  return {
    job: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...metadata, annotations },
      spec: {
        completionMode: 'Indexed',
        completions: job.chunks.length,
        parallelism: Math.min(parallelism, job.chunks.length),
        backoffLimitPerIndex: template.backoffLimitPerIndex ?? BACKOFF_LIMIT_PER_INDEX,
        podReplacementPolicy: 'Failed',
        podFailurePolicy: {
          rules: [
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
            {
              action: 'FailIndex',
              onExitCodes: {
                containerName: APP,
                operator: 'In',
                values: [BATCH_EXIT.refused, BATCH_EXIT.ended, KILLED],
              },
            },
          ],
        },
        activeDeadlineSeconds: template.activeDeadlineSeconds ?? DEADLINE_SECONDS,
        ttlSecondsAfterFinished: template.ttlSecondsAfterFinished ?? TTL_SECONDS,
        // Kueue lets a job start when there is room for it
        ...(template.queue === undefined ? {} : { suspend: true }),
        template: {
          metadata: { labels, ...(template.annotations ? { annotations: template.annotations } : {}) },
          spec: podOf(id, documents.size > 0 ? name : undefined, peakMemory, settings),
        },
      },
    },
    documents:
      documents.size === 0
        ? undefined
        : {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata,
            immutable: true,
            binaryData: Object.fromEntries(
              [...documents].map(([file, bytes]) => [file, Buffer.from(bytes).toString('base64')]),
            ),
          },
  };
}

function podOf(
  id: string,
  configMap: string | undefined,
  peakMemory: number,
  { template, image, view }: ManifestSettings,
): V1PodSpec {
  const { nodeSelector, tolerations } = nodeChoice(template);
  const field = (variable: string, fieldPath: string) => ({
    name: variable,
    valueFrom: { fieldRef: { fieldPath } },
  });
  const command = template.command ? { command: template.command } : {};
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: template.terminationGracePeriodSeconds ?? GRACE_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    nodeSelector: { ...nodeSelector },
    tolerations: [...tolerations],
    ...(template.affinity ? { affinity: template.affinity } : {}),
    ...(template.priorityClassName ? { priorityClassName: template.priorityClassName } : {}),
    ...(template.serviceAccountName ? { serviceAccountName: template.serviceAccountName } : {}),
    ...(template.imagePullSecrets
      ? { imagePullSecrets: template.imagePullSecrets.map((name) => ({ name })) }
      : {}),
    containers: [
      {
        name: APP,
        image,
        ...(template.imagePullPolicy ? { imagePullPolicy: template.imagePullPolicy } : {}),
        ...command,
        args: ['worker', '--store', view.location, '--job', id, '--folder', DOCUMENTS],
        env: [
          field('SPICELAB_WORKER', 'metadata.name'),
          field('SPICELAB_HOST', 'spec.nodeName'),
          { name: 'HOME', value: SCRATCH },
          ...view.env,
          ...((template.env ?? []) as { name: string }[]),
        ],
        ...(template.envFrom ? { envFrom: template.envFrom } : {}),
        resources: resourcesOf(template, peakMemory),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'scratch', mountPath: SCRATCH },
          ...(configMap === undefined ? [] : [{ name: 'job', mountPath: DOCUMENTS, readOnly: true }]),
          ...view.mounts,
          ...(template.volumeMounts ?? []),
        ],
      },
    ],
    volumes: [
      { name: 'scratch', emptyDir: {} },
      ...(configMap === undefined ? [] : [{ name: 'job', configMap: { name: configMap } }]),
      ...view.volumes,
      ...(template.volumes ?? []),
    ],
  };
}

/** What the template says; where it is silent, one core, and memory as the pilot's workers took it, with room to grow. */
export function resourcesOf({ resources }: JobTemplate, peakMemory: number) {
  const measured = peakMemory > 0;
  const request = measured ? peakMemory * 1.25 : 512 * MEBIBYTE;
  const limit = measured ? Math.max(2 * peakMemory, peakMemory + 256 * MEBIBYTE) : 2048 * MEBIBYTE;
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / MEBIBYTE / 16) * 16}Mi`;
  const limits = amounts({ memory: mebibytes(limit), ...resources?.limits });
  const own = resources?.requests?.memory === undefined ? resources?.limits?.memory : undefined;
  // a limit of the template may be below what we would ask for
  const memory = own ?? mebibytes(request);
  const requests = amounts({ cpu: '1', memory, ...resources?.requests });
  return { requests, limits };
}

const amounts = (named: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
