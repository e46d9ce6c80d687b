import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { sketchPlan } from '../../../test/sketch-plan.ts';
import { planDocument } from '../../plan/identity.ts';
import type { BatchOrder } from '../batch/index.ts';
import { readIndexes } from './indexes.ts';
import { manifestsOf, resourcesOf } from './manifest.ts';
import { failedPod, troubleOf } from './pods.ts';
import { storeView } from './store-view.ts';
import { type JobTemplate, parseTemplate } from './template.ts';

const refusal = (text: string): { code: string; place?: unknown; message: string } => {
  try {
    parseTemplate(text, 'job.yaml');
  } catch (thrown) {
    return thrown as never;
  }
  throw new Error('it was taken');
};

describe('a job template', () => {
  it('says what Kubernetes calls so, as numbers or texts', () => {
    expect(
      parseTemplate('image: a/b:1\nresources:\n  requests: {cpu: 2, memory: 1Gi}\n', 'job.yaml'),
    ).toEqual({
      image: 'a/b:1',
      resources: { requests: { cpu: '2', memory: '1Gi' } },
    });
    expect(parseTemplate('', 'job.yaml')).toEqual({});
  });

  it.each([
    ['image: a\nimagePullPolcy: Never\n', 2, /imagePullPolcy/],
    ['image: a\nresources:\n  requests:\n    cpu: lots\n', 4, /resources.requests.cpu.*quantity/],
    ['spot: ibm\n', 1, /spot/],
    ['image: [\n', 2, /./],
    ['env:\n  - name: HOME\n    value: /tmp\n  - name: API_TOKEN\n    value: abc\n', 4, /secret/],
    ['tolerations: [\n  {}, 5]\n', 2, /tolerations.1/],
  ])('is refused with the line of what is wrong (%#)', (text, line, message) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'OPTION_INVALID', place: { file: 'job.yaml', line } });
    expect(error.message).toMatch(message);
  });
});

const order = (more: Partial<BatchOrder> = {}): BatchOrder => ({
  id: '0a1b2c3d-0000-4000-8000-000000000000',
  job: {
    plan: planDocument(sketchPlan({ measure: { y: '$0' } })),
    chunks: [
      { id: 'a', start: 0, end: 5 },
      { id: 'b', start: 5, end: 9 },
    ],
    engine: { name: 'formula', options: {} },
  },
  store: { location: 's3://bucket/rc' } as BatchOrder['store'],
  documents: new Map([['job.json.gz', Uint8Array.of(1, 2)]]),
  peakMemory: 0,
  ...more,
});
const manifests = (template: JobTemplate = {}, more: Partial<BatchOrder> = {}) => {
  const asked = order(more);
  const view = storeView(asked.store.location, template);
  return manifestsOf(asked, { namespace: 'lab', template, image: 'img:1', parallelism: 10, view });
};

describe('the Job of an order', () => {
  it('has an index for each chunk, and no more pods than chunks', () => {
    expect(manifests().job.spec).toMatchObject({ completionMode: 'Indexed', completions: 2, parallelism: 2 });
  });

  it('does not blame an index for a disruption, and gives one up at once whose end is told in the store', () => {
    expect(manifests().job.spec?.podFailurePolicy?.rules).toEqual([
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      {
        action: 'FailIndex',
        onExitCodes: { containerName: 'spicelab', operator: 'In', values: [42, 43, 137] },
      },
    ]);
  });

  it('has pods that may nothing', () => {
    const pod = manifests().job.spec?.template.spec;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    });
  });

  it('asks for memory as the pilot took it', () => {
    const gibibyte = 2 ** 30;
    expect(resourcesOf({}, gibibyte)).toEqual({
      requests: { cpu: '1', memory: '1280Mi' },
      limits: { memory: '2048Mi' },
    });
    expect(resourcesOf({ resources: { limits: { memory: '300Mi' } } }, gibibyte)).toEqual({
      requests: { cpu: '1', memory: '300Mi' },
      limits: { memory: '300Mi' },
    });
  });

  it('brings the documents that it was given, and no volume for those in the store', () => {
    expect(manifests().documents?.binaryData).toEqual({ 'job.json.gz': 'AQI=' });
    const without = manifests({}, { documents: new Map() });
    expect(without.documents).toBeUndefined();
    expect(without.job.spec?.template.spec?.volumes?.map(({ name }) => name)).toEqual(['scratch']);
  });

  it('waits in a queue of Kueue, and goes to spot nodes', () => {
    const { spec, metadata } = manifests({
      queue: 'circuits',
      spot: 'gke',
      nodeSelector: { disk: 'ssd' },
    }).job;
    expect(metadata?.labels).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'circuits' });
    expect(spec?.suspend).toBe(true);
    expect(spec?.template.spec?.nodeSelector).toEqual({ 'cloud.google.com/gke-spot': 'true', disk: 'ssd' });
  });
});

describe('the store as pods see it', () => {
  it('is the same for a bucket, a folder of the claim, or another address', () => {
    expect(storeView('s3://bucket/rc', {}).location).toBe('s3://bucket/rc');
    const mounted = storeView('http://127.0.0.1:4711/lab/rc', { store: { claim: 'runs' } });
    expect(mounted).toMatchObject({
      location: '/var/lib/spicelab/lab/rc',
      volumes: [{ persistentVolumeClaim: { claimName: 'runs' } }],
    });
    const served = storeView('http://127.0.0.1:4711/rc', {
      store: { url: 'http://results:8080/', tokenSecret: 'token' },
    });
    expect(served.location).toBe('http://results:8080/rc');
    expect(served.env).toMatchObject([{ name: 'SPICELAB_STORE_TOKEN' }]);
  });

  it('is never a folder of this machine', () => {
    for (const location of ['runs/rc', '/runs/rc', 'file:///runs/rc'])
      expect(() => storeView(location, {})).toThrow(/cannot see the folder/);
  });
});

describe('what pods say', () => {
  const pod = (status: V1Pod['status']): V1Pod => ({ metadata: { name: 'p' }, status: status ?? {} });
  const ended = (exitCode: number, reason = 'Error'): V1Pod =>
    pod({ phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode, reason } } } as never] });

  it('is told as what took the chunk away', () => {
    expect(failedPod(ended(137, 'OOMKilled'))).toMatchObject({ reason: 'memory' });
    expect(failedPod(ended(143))).toMatchObject({ reason: 'preempted' });
    expect(failedPod(ended(1))).toMatchObject({ reason: 'unreachable' });
    expect(failedPod(undefined)).toMatchObject({ reason: 'unreachable' });
    const evicted = pod({ phase: 'Failed', conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
    expect(failedPod(evicted)).toMatchObject({ reason: 'preempted' });
  });

  it('is why they do not start, in plain words', () => {
    const waiting = (reason: string) =>
      pod({
        phase: 'Pending',
        containerStatuses: [{ image: 'img:1', state: { waiting: { reason } } } as never],
      });
    expect(troubleOf([waiting('ImagePullBackOff')])).toMatchObject({
      hopeless: true,
      message: expect.stringMatching(/img:1 cannot be had/),
    });
    expect(troubleOf([waiting('ContainerCreating')])).toBeUndefined();
    const unplaced = (message: string) =>
      pod({
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      });
    expect(troubleOf([unplaced('0/1 nodes are available: 1 Insufficient cpu.')])?.message).toMatch(
      /1 pod waits for a node.*too small/,
    );
    expect(troubleOf([unplaced('pod has unbound immediate PersistentVolumeClaims')])?.message).toMatch(
      /has no volume yet/,
    );
  });

  it('the indexes of a status are read', () => {
    expect(readIndexes('1,3-5,7')).toEqual([1, 3, 4, 5, 7]);
    expect(readIndexes(undefined)).toEqual([]);
    expect(readIndexes('')).toEqual([]);
  });
});
