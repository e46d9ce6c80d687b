import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CLUSTER, run } from './cluster.ts';

export const ROOT = resolve(import.meta.dirname, '../../..');
export const DOCKER = join(ROOT, 'deploy/docker');
export type Variant = 'spicelab' | 'dask' | 'ray';

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spicelab-ci/images');

/** Another architecture than this machine's, and a Node program for it. */
export interface ForeignTarget {
  readonly architecture: 'amd64' | 'arm64';
  readonly node: string;
}

const made = new Map<Variant, Promise<string>>();

/** The archive of the root file system that `deploy/docker/rootfs` makes of this checkout; made once for each content. */
export function rootfs(variant: Variant, foreign?: ForeignTarget): Promise<string> {
  if (foreign) return makeRootfs(variant, foreign);
  const making = made.get(variant) ?? makeRootfs(variant);
  made.set(variant, making);
  return making;
}

async function makeRootfs(variant: Variant, foreign?: ForeignTarget): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'spicelab-image-'));
  try {
    const packing = ['pack', '--silent', '--ignore-scripts', '--pack-destination', work];
    const tarball = join(work, (await run('npm', packing, { cwd: ROOT })).trim());
    const lock = join(ROOT, 'package-lock.json');
    const script = join(DOCKER, 'rootfs');
    const hash = createHash('sha256');
    for (const file of [tarball, lock, script]) hash.update(await readFile(file));
    const name = [variant, foreign?.architecture, hash.digest('hex').slice(0, 16)].filter(Boolean).join('-');
    const archive = join(CACHE, `${name}.tar`);
    if (existsSync(archive)) return archive;
    await mkdir(CACHE, { recursive: true });
    const unfinished = join(work, 'rootfs.tar');
    const flags = [...(foreign ? ['--arch', foreign.architecture] : []), '--keep', CACHE];
    const env = foreign ? { ...process.env, NODE: foreign.node } : process.env;
    await run(script, [...flags, variant, tarball, lock, unfinished], { env });
    await run('mv', [unfinished, `${archive}.${process.pid}`]);
    await rename(`${archive}.${process.pid}`, archive);
    return archive;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Gives the cluster an image of this checkout, with all that the Dockerfile says of it. @returns its name */
export async function loadImage(variant: Variant): Promise<string> {
  const layer = await rootfs(variant);
  const [, hash] = /-([0-9a-f]{16})\.tar$/.exec(layer)!;
  const name = `localhost/${variant}:${hash}`;
  const ctr = ['--address', `${CLUSTER}/containerd/sock`, '--namespace', 'k8s.io', 'images'];
  if ((await run('ctr', [...ctr, 'list', '-q'])).split('\n').includes(name)) return name;
  const work = await mkdtemp(join(tmpdir(), 'spicelab-image-'));
  try {
    const archive = join(work, 'image.tar');
    await run('node', [join(DOCKER, 'image.mjs'), variant, layer, name, archive]);
    await run('ctr', [...ctr, 'import', archive]);
    return name;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
