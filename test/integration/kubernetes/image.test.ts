import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, CLUSTER, get, kubectl, makeNamespace, run, until } from './cluster.ts';
import { DOCKER, loadImage } from './images.ts';
import { CAN_BUILD, rootfsHolds } from './rootfs.ts';

const HADOLINT = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'spicelab-ci/hadolint/bin/hadolint',
);
if (!existsSync(HADOLINT)) console.log('SKIPPED: no hadolint; .ci/run installs it');

describe.skipIf(!existsSync(HADOLINT))('the Dockerfile', () => {
  it('has no complaint of hadolint', async () => {
    expect(await run(HADOLINT, [join(DOCKER, 'Dockerfile')])).toBe('');
  });
});

rootfsHolds('spicelab');

describe.skipIf(!CLUSTER || !CAN_BUILD)('the image in a cluster', { timeout: 600_000 }, () => {
  let image = '';
  let namespace: Awaited<ReturnType<typeof makeNamespace>>;
  beforeAll(async () => {
    image = await loadImage('spicelab');
    namespace = await makeNamespace('helm-image');
  }, 600_000);
  afterAll(() => namespace?.remove());

  const podOf = (name: string, container: object, volumes: object[] = []) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      volumes,
      containers: [
        {
          name: 'main',
          image,
          // without a request of its own it waits for all that asked for some
          resources: { requests: { cpu: '100m' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          ...container,
        },
      ],
    },
  });
  const phase = (name: string, wanted: string) =>
    until(`${name} ${wanted}`, async () => {
      const pod = await get<{ status: { phase: string } }>(namespace.name, 'pod', name);
      return pod.status.phase === wanted;
    });

  it('is the command, and simulates with libngspice and the embedded engine on a read-only root', async () => {
    await apply(
      namespace.name,
      podOf('doctor', { args: ['doctor'], volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }, [
        { name: 'tmp', emptyDir: {} },
      ]),
    );
    await phase('doctor', 'Succeeded');
    const said = await kubectl('--namespace', namespace.name, 'logs', 'doctor');
    expect(said).toMatch(/✓ libngspice\s.*works/);
    expect(said).toMatch(/✓ wasm\s.*works/);
  });

  it('ends at once when it is told to, though it is the first process and has asked for no signal', async () => {
    await apply(
      namespace.name,
      podOf('sleeper', {
        command: ['/usr/bin/tini', '-s', '--', 'node', '-e', 'setInterval(() => {}, 1e6)'],
      }),
    );
    await phase('sleeper', 'Running');
    const began = Date.now();
    await kubectl('--namespace', namespace.name, 'delete', 'pod', 'sleeper', '--grace-period=30');
    expect(Date.now() - began).toBeLessThan(20_000);
  });
});
