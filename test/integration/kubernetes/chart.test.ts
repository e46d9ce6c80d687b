import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from '../../code-blocks.ts';
import {
  ALL,
  CHART,
  imageOf,
  install,
  reachResults,
  spicelab,
  tokenOf,
  uninstall,
  VALUES_FILES,
} from './chart.ts';
import { apply, attempt, CLUSTER, get, helm, kubectl, makeNamespace, run, until } from './cluster.ts';
import { ROOT } from './images.ts';

const STUDY = join(ROOT, 'examples/rc-lowpass.study.yaml');
const FLAGS = ['--engine', 'libngspice', '--no-report'];
const EVERY: readonly (readonly [string, ...string[]])[] = [
  ['its defaults'],
  ...VALUES_FILES.map((name) => [name, '--values', join(CHART, name)] as const),
];
const DRY = ['create', '--dry-run=server', '--validate=strict', '-f', '-'];
// a helm that was built from its module takes itself for one of Kubernetes 1.20
const template = (...words: string[]) => ['template', 'lab', CHART, '--kube-version', '1.32.0', ...words];

describe.skipIf(!CLUSTER)('the chart, before it is installed', () => {
  let namespace: Awaited<ReturnType<typeof makeNamespace>>;
  beforeAll(async () => {
    namespace = await makeNamespace('helm-dry');
  });
  afterAll(() => namespace?.remove());

  it.each(EVERY)('has no complaint of helm lint: %s', async (_, ...values) => {
    const said = await helm('lint', '--strict', CHART, ...ALL, ...values);
    expect(said).toMatch(/0 chart\(s\) failed/);
  });

  it.each(EVERY)('is what the API server takes, every field of it: %s', async (_, ...values) => {
    const names = ['--namespace', namespace.name];
    const manifests = await helm(...template(...names, ...ALL, ...values));
    const { code, stdout, stderr } = await attempt('kubectl', [...names, ...DRY], { input: manifests });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const kinds = new Set(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/[./]/)[0]),
    );
    for (const kind of [
      'deployment',
      'horizontalpodautoscaler',
      'networkpolicy',
      'role',
      'persistentvolumeclaim',
    ])
      expect(kinds).toContain(kind);
  });

  it('is the same with a metric of the queue, as its page writes it', async () => {
    const page = await readFile(join(CHART, 'README.md'), 'utf8');
    const [block] = blocksOf(page).filter(({ language }) => language === 'yaml values');
    const words = template('--namespace', namespace.name, ...ALL, '--values', '-');
    const manifests = await run('helm', words, { input: block!.text });
    expect(manifests).toContain('dask_scheduler_tasks_queued');
    await run('kubectl', ['--namespace', namespace.name, ...DRY], { input: manifests });
  });

  it('refuses a value that it does not know, and one of the wrong kind', async () => {
    const refuse = async (value: string) => (await attempt('helm', template('--set', value))).stderr;
    expect(await refuse('results.persistance.size=1Gi')).toMatch(/persistance/);
    expect(await refuse('dask.worker.graceSeconds=soon')).toMatch(/graceSeconds/);
    expect(await refuse('results.ingress.enabled=true')).toMatch(/tlsSecret is wanted/);
  });
});

describe.skipIf(!CLUSTER)('the chart in a cluster', { timeout: 600_000 }, () => {
  let namespace: Awaited<ReturnType<typeof makeNamespace>>;
  let folder = '';
  let image: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spicelab-chart-'));
    image = await imageOf('spicelab');
    namespace = await makeNamespace('helm-chart');
    await install(namespace.name, 'lab', image);
  }, 600_000);
  afterAll(async () => {
    await namespace?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('passes its own test', async () => {
    const said = await helm('test', 'lab', '--namespace', namespace.name, '--logs');
    expect(said.match(/^ok: /gm)).toHaveLength(6);
    expect(said).not.toContain('NOT OK');
  });

  it('keeps runs for a command outside, the table equal to that of a run in a folder, also after an upgrade', async () => {
    const { url, env, token, close } = await reachResults(namespace.name, 'lab');
    try {
      await spicelab(folder, ['run', STUDY, '--out', `${url}/outside`, ...FLAGS], env);
      await spicelab(folder, ['run', STUDY, '--out', 'local', ...FLAGS]);
      const table = (run: string) => spicelab(folder, ['export', run, '--format', 'csv'], env);
      const wanted = await table('local');
      expect(wanted.trim().split('\n')).toHaveLength(1001);
      expect(await table(`${url}/outside`)).toBe(wanted);
    } finally {
      close();
    }
    await install(namespace.name, 'lab', [...image, '--set', 'results.podAnnotations.upgrade=once']);
    expect(await tokenOf(namespace.name, 'lab')).toBe(token);
    const again = await reachResults(namespace.name, 'lab');
    try {
      const said = await spicelab(folder, ['show', `${again.url}/outside`], again.env);
      expect(said).toMatch(/1,000 samples, none failed/);
    } finally {
      again.close();
    }
  });

  it('keeps the runs of pods by the name of its namespace, on the volume that they mount or by the service', async () => {
    const file = join(folder, 'job.yaml');
    const [repository, tag] = image
      .filter((word) => word.startsWith('image.'))
      .map((word) => word.split('=')[1]);
    const small = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '320Mi' } };
    const said = {
      image: `${repository}:${tag}`,
      imagePullPolicy: 'Never',
      parallelism: 2,
      resources: small,
    };
    const question = ['run', STUDY, '-n', '40', '--chunk', '20', ...FLAGS];
    const on = ['--on', 'k8s', '--namespace', namespace.name, '--job-template', file];
    await spicelab(folder, [...question, '--out', 'forty']);
    const table = (run: string) => spicelab(folder, ['export', run, '--format', 'csv']);
    const wanted = await table('forty');
    for (const [name, store] of Object.entries({
      service: {},
      volume: { store: { claim: 'lab-results' } },
    })) {
      await writeFile(file, JSON.stringify({ ...said, ...store }));
      const out = `k8s://${namespace.name}/${name}`;
      await spicelab(folder, [...question, ...on, '--out', out]);
      expect(await table(out)).toBe(wanted);
    }
    expect(wanted.trim().split('\n')).toHaveLength(41);
  });

  it('wants the token: without one, and with another, nothing is read', async () => {
    const { url, close } = await reachResults(namespace.name, 'lab');
    try {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/?prefix=`)).status).toBe(401);
      const headers = { authorization: 'Bearer somebody-elses-token-of-some-length' };
      expect((await fetch(`${url}/?prefix=`, { headers })).status).toBe(401);
    } finally {
      close();
    }
  });

  it('keeps runs for a pod, which reaches the service by its name', async () => {
    const secret = { name: 'lab-results-token', key: 'token' };
    await apply(namespace.name, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'inside' },
      spec: {
        restartPolicy: 'Never',
        serviceAccountName: 'lab-worker',
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        volumes: [{ name: 'tmp', emptyDir: {} }],
        containers: [
          {
            name: 'main',
            image: image
              .filter((word) => word.startsWith('image.'))
              .map((word) => word.split('=')[1])
              .join(':'),
            args: [
              ...['run', '/usr/lib/spicelab/examples/rc-lowpass.study.yaml', '-n', '50'],
              ...['--out', `http://lab-results.${namespace.name}.svc:8080/inside`, '--no-report'],
            ],
            env: [{ name: 'SPICELAB_STORE_TOKEN', valueFrom: { secretKeyRef: secret } }],
            volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      },
    });
    await until('the pod ends', async () => {
      const { status } = await get<{ status: { phase: string } }>(namespace.name, 'pod', 'inside');
      if (status.phase === 'Failed') throw new Error(await kubectl('-n', namespace.name, 'logs', 'inside'));
      return status.phase === 'Succeeded';
    });
    const { url, env, close } = await reachResults(namespace.name, 'lab');
    try {
      const table = await spicelab(folder, ['export', `${url}/inside`, '--format', 'csv'], env);
      expect(table.trim().split('\n')).toHaveLength(51);
    } finally {
      close();
    }
  });

  const may = async (account: string, verb: string, resource: string): Promise<boolean> => {
    const who = `system:serviceaccount:${namespace.name}:lab-${account}`;
    const words = ['auth', 'can-i', verb, resource, '--as', who, '--namespace', namespace.name];
    return (await attempt('kubectl', words)).stdout.trim() === 'yes';
  };
  it.each([
    ['create', 'jobs', true],
    ['delete', 'jobs', true],
    ['create', 'configmaps', true],
    ['get', 'pods/log', true],
    ['create', 'pods', false],
    ['get', 'secrets', false],
    ['create', 'pods/exec', false],
    ['get', 'nodes', false],
    ['create', 'rolebindings', false],
  ])('the account that submits may %s %s: %s', async (verb, resource, allowed) => {
    expect(await may('coordinator', verb, resource)).toBe(allowed);
    expect(await may('worker', verb, resource)).toBe(false);
  });

  it('leaves nothing but, when that is wanted, the volume', async () => {
    await install(namespace.name, 'gone', [...image, '--set', 'results.persistence.keep=true']);
    await uninstall(namespace.name, 'gone');
    const kinds =
      'deployment,service,secret,serviceaccount,role,rolebinding,networkpolicy,configmap,persistentvolumeclaim';
    const left = await kubectl(
      ...['--namespace', namespace.name, 'get', kinds, '--output', 'name'],
      ...['--selector', 'app.kubernetes.io/instance=gone'],
    );
    expect(left.trim()).toBe('persistentvolumeclaim/gone-results');
  });
});
