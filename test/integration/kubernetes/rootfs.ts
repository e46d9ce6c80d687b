import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStages } from '../../../deploy/docker/dockerfile.mjs';
import { attempt, run } from './cluster.ts';
import { DOCKER, ROOT, rootfs, type Variant } from './images.ts';

export const CAN_BUILD = process.platform === 'linux' && (await attempt('apt-get', ['--version'])).code === 0;
if (!CAN_BUILD) console.log('SKIPPED: no apt here, of whose packages the image is made');

const stages = readStages(await readFile(join(DOCKER, 'Dockerfile'), 'utf8'));

interface Locked {
  readonly version: string;
}

/** What holds of the root file system of every image. */
export function rootfsHolds(variant: Variant): void {
  describe.skipIf(!CAN_BUILD)(`the root file system ${variant}`, { timeout: 600_000 }, () => {
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
}
