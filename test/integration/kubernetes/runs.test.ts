import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/stores/index.ts';
import { apply, attempt, CLUSTER, get, kubectl, until } from './cluster.ts';
import {
  type Bench,
  CLI,
  expectNothingLeft,
  type Laboratory,
  makeBench,
  openLaboratory,
} from './laboratory.ts';

const DECK = 'formula\n.param a=1 b=2 y={a*b}\n.op\n.end\n';

describe.skipIf(!CLUSTER)('studies on a cluster', { timeout: 900_000 }, () => {
  let laboratory: Laboratory;
  const benches: Bench[] = [];
  const bench = async (more: Record<string, unknown> = {}): Promise<Bench> => {
    const made = await makeBench(laboratory, more);
    benches.push(made);
    return made;
  };
  /** A command of this checkout, by its words. */
  const spicelab = (...words: string[]) =>
    attempt(process.execPath, [CLI, ...words], { cwd: laboratory.folder });
  const table = async (location: string): Promise<string> => {
    const { code, stdout, stderr } = await spicelab('export', location, '--format', 'csv');
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };

  beforeAll(async () => {
    laboratory = await openLaboratory();
    await writeFile(join(laboratory.folder, 'formula.cir'), DECK);
  }, 900_000);
  afterAll(async () => {
    await Promise.all(benches.map((made) => made.remove()));
    await laboratory?.close();
  });

  /** The same question here and there; every sample, bit by bit. */
  async function sameThereAsHere(place: Bench, words: readonly string[], rows: number, out = place.location) {
    const question = [...words, '--engine', 'formula', '--quiet', '--no-report'];
    const here = join(laboratory.folder, `here-${randomBytes(3).toString('hex')}`);
    const there = ['--on', 'k8s', '--namespace', place.namespace, '--job-template', place.template];
    for (const more of [
      ['--out', here],
      [...there, '--out', out],
    ]) {
      const { code, stderr } = await spicelab(...question, ...more);
      expect([code, stderr]).toEqual([0, '']);
    }
    const [expected, got] = [await table(here), await table(out)];
    expect(got).toBe(expected);
    expect(got.trimEnd().split('\n').length - 1).toBe(rows);
  }

  const MC = ['mc', 'formula.cir', '--vary', 'a=normal(1,10%)', '--measure', 'm=y', '--seed', '7'];

  it('a Monte Carlo is sized by a pilot, and its plan comes in a ConfigMap that goes with its Job', async () => {
    const place = await bench();
    await sameThereAsHere(place, [...MC, '-n', '500'], 500);
    const maps = await get<{
      items: {
        metadata: { name: string; ownerReferences?: { kind: string }[] };
        binaryData?: object;
        immutable?: boolean;
      }[];
    }>(place.namespace, 'configmaps');
    const own = maps.items.filter(({ metadata }) => metadata.name.startsWith('spicelab-'));
    expect(own.length).toBeGreaterThan(1);
    for (const map of own) {
      expect(Object.keys(map.binaryData!).sort()).toEqual(['job.json.gz', 'plan.json.gz']);
      expect(map.immutable).toBe(true);
      expect(map.metadata.ownerReferences).toMatchObject([{ kind: 'Job' }]);
    }
    await expectNothingLeft(place.namespace);
  });

  it('a sweep whose plan is too large for a ConfigMap finds it in the store', async () => {
    const place = await bench();
    const points = Array.from({ length: 60_000 }, () => `${Math.random()},${Math.random()},${Math.random()}`);
    await writeFile(join(laboratory.folder, 'points.csv'), ['a,b,c', ...points].join('\n'));
    await writeFile(
      join(laboratory.folder, 'sweep.cir'),
      'formula\n.param a=1 b=2 c=3 y={a*b+c}\n.op\n.end\n',
    );
    const words = [
      'sweep',
      'sweep.cir',
      '--sweep',
      'csv("points.csv")',
      '--measure',
      'm=y',
      '--chunk',
      '20000',
    ];
    await sameThereAsHere(place, words, 60_000);
    const store = await openStore(place.location);
    const plans: number[] = [];
    for await (const { size } of store.list('plans/')) plans.push(size);
    expect(plans).toEqual([expect.any(Number)]);
    expect(plans[0]).toBeGreaterThan(1_000_000);
  });

  it('two runs at once in two namespaces do not meet', async () => {
    const [one, other] = [await bench(), await bench()];
    await Promise.all([
      sameThereAsHere(one, [...MC, '-n', '100', '--chunk', '20'], 100),
      sameThereAsHere(other, [...MC, '-n', '60', '--chunk', '20'], 60),
    ]);
  });

  it('parts go to a volume that pods mount, and are read back through a results service', async () => {
    const place = await bench({ store: { claim: 'runs', tokenSecret: 'store' } });
    const { namespace } = place;
    const security = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    };
    await apply(
      namespace,
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'runs' },
        spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'results', labels: { app: 'results' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            fsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'results',
              image: laboratory.image,
              imagePullPolicy: 'Never',
              args: ['serve', '/runs', '--host', '0.0.0.0', '--port', '8080'],
              env: [
                {
                  name: 'SPICELAB_STORE_TOKEN',
                  valueFrom: { secretKeyRef: { name: 'store', key: 'token' } },
                },
              ],
              securityContext: security,
              volumeMounts: [{ name: 'runs', mountPath: '/runs' }],
            },
          ],
          volumes: [{ name: 'runs', persistentVolumeClaim: { claimName: 'runs' } }],
        },
      },
    );
    await kubectl('--namespace', namespace, 'wait', '--for=condition=Ready', 'pod/results', '--timeout=300s');
    const { status } = await get<{ status: { podIP: string } }>(namespace, 'pod/results');
    const out = `http://${status.podIP}:8080/rc`;
    await until(
      'the results service answers',
      async () => (await fetch(`http://${status.podIP}:8080/healthz`).catch(() => undefined))?.ok,
    );
    await sameThereAsHere(place, [...MC, '-n', '80', '--chunk', '20'], 80, out);
  });

  it('--dry-run prints manifests that the API server accepts', async () => {
    const place = await bench({ spot: 'gke', queue: 'circuits', priorityClassName: 'system-node-critical' });
    const words = ['--on', 'k8s', '--namespace', place.namespace, '--job-template', place.template];
    const { code, stdout } = await spicelab(
      ...MC,
      '-n',
      '100',
      '--engine',
      'formula',
      ...words,
      '--out',
      place.location,
      '--dry-run',
    );
    expect(code).toBe(0);
    const file = join(laboratory.folder, 'dry.yaml');
    await writeFile(file, stdout);
    const applied = await kubectl('--namespace', place.namespace, 'apply', '--dry-run=server', '-f', file);
    expect(applied).toMatch(/configmap\/spicelab-\S+ created/);
    expect(applied).toMatch(/job\.batch\/spicelab-\S+ created/);
    expect((await get<{ items: unknown[] }>(place.namespace, 'jobs')).items).toEqual([]);
  });
});
