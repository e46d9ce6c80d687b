import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/stores/index.ts';
import { BUCKET, CREDENTIALS, S3_SERVERS, useServer } from '../s3/servers.ts';
import { apply, attempt, CLUSTER, get, kubectl } from './cluster.ts';
import {
  type Bench,
  CLI,
  expectNothingLeft,
  type Laboratory,
  MC,
  NODE,
  openLaboratory,
} from './laboratory.ts';

// mostly they wait for Kubernetes
describe.skipIf(!CLUSTER)('studies on a cluster', { timeout: 300_000, concurrent: true }, () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory();
  }, 900_000);
  afterAll(() => laboratory?.close());

  const table = async (location: string): Promise<string> => {
    const { code, stdout, stderr } = await laboratory.spicelab('export', location, '--format', 'csv');
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };

  /** The same question here and there; every sample, bit by bit. */
  async function sameThereAsHere(place: Bench, words: readonly string[], rows: number, out = place.location) {
    const question = [...words, '--engine', 'formula', '--quiet', '--no-report'];
    const here = join(laboratory.folder, `here-${randomBytes(3).toString('hex')}`);
    for (const more of [
      ['--out', here],
      [...place.words, '--out', out],
    ]) {
      const { code, stderr } = await laboratory.spicelab(...question, ...more);
      expect([code, stderr]).toEqual([0, '']);
    }
    const [expected, got] = [await table(here), await table(out)];
    expect(got).toBe(expected);
    expect(got.trimEnd().split('\n').length - 1).toBe(rows);
  }

  it('a Monte Carlo is sized by a pilot, and its plan comes in a ConfigMap that goes with its Job', async () => {
    const place = await laboratory.bench();
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
    const place = await laboratory.bench();
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
    const [one, other] = [await laboratory.bench(), await laboratory.bench()];
    await Promise.all([
      sameThereAsHere(one, [...MC, '-n', '100', '--chunk', '20'], 100),
      sameThereAsHere(other, [...MC, '-n', '60', '--chunk', '20'], 60),
    ]);
  });

  it('--dry-run prints manifests that the API server accepts', async () => {
    const place = await laboratory.bench({
      spot: 'gke',
      queue: 'circuits',
      priorityClassName: 'system-node-critical',
    });
    const { code, stdout } = await laboratory.spicelab(
      ...[...MC, '-n', '100', '--engine', 'formula', ...place.words, '--out', place.location, '--dry-run'],
    );
    expect(code).toBe(0);
    const file = join(laboratory.folder, 'dry.yaml');
    await writeFile(file, stdout);
    const applied = await kubectl('--namespace', place.namespace, 'apply', '--dry-run=server', '-f', file);
    expect(applied).toMatch(/configmap\/spicelab-\S+ created/);
    expect(applied).toMatch(/job\.batch\/spicelab-\S+ created/);
    expect((await get<{ items: unknown[] }>(place.namespace, 'jobs')).items).toEqual([]);
  });

  it('a run goes on when its command is over, and is attached to from a machine that knows only its store', async () => {
    const place = await laboratory.bench();
    const words = [...MC, '-n', '40', '--chunk', '20', '--engine', 'formula', '--quiet', '--no-report'];
    const left = await laboratory.spicelab(...words, ...place.words, '--out', place.location, '--detach');
    expect(left).toMatchObject({ code: 0 });
    expect(left.stdout).toContain(`spicelab attach ${place.location}`);
    const elsewhere = await mkdtemp(join(laboratory.folder, 'elsewhere-'));
    const attach = [CLI, 'attach', place.location, '--quiet', '--no-report'];
    const attached = await attempt(process.execPath, attach, { cwd: elsewhere });
    expect(attached).toMatchObject({ code: 0, stderr: '' });
    await laboratory.spicelab(...words, '--out', 'attached');
    expect(await table(place.location)).toBe(await table('attached'));
    expect((await get<{ items: unknown[] }>(place.namespace, 'jobs')).items).toHaveLength(1);
  });

  it.skipIf(S3_SERVERS.length === 0)(
    'parts go to a bucket, with the pods’ own credentials',
    { timeout: 600_000 },
    async () => {
      const server = await S3_SERVERS.at(-1)!.start(NODE);
      try {
        useServer(server.endpoint);
        const place = await laboratory.bench({
          env: [
            { name: 'AWS_ENDPOINT_URL_S3', value: server.endpoint },
            { name: 'AWS_REGION', value: 'us-east-1' },
            { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' },
          ],
          envFrom: [{ secretRef: { name: 'bucket' } }],
        });
        const { accessKeyId, secretAccessKey } = CREDENTIALS;
        await apply(place.namespace, {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'bucket' },
          stringData: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
        });
        await sameThereAsHere(place, [...MC, '-n', '40', '--chunk', '20'], 40, `s3://${BUCKET}/indices`);
      } finally {
        await server.stop();
      }
    },
  );
});
