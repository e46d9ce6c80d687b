#!/usr/bin/env node
/**
 * `image.mjs [--arch amd64|arm64] TARGET ROOTFS.tar NAME:TAG OUT.tar` makes an OCI archive of a root file system that `rootfs`
 * made, configured as the Dockerfile says for that target (user, environment, entry), without Docker. `docker load`,
 * `podman load`, `skopeo copy oci-archive:OUT.tar …` and `ctr images import` take it. Prints the image's full name.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readStages } from './dockerfile.mjs';

const HERE = process.arch === 'arm64' ? 'arm64' : 'amd64';
const OCI = 'application/vnd.oci.image';

const { values, positionals } = parseArgs({
  options: { arch: { type: 'string', default: HERE } },
  allowPositionals: true,
});
if (positionals.length !== 4) {
  console.error('usage: image.mjs [--arch amd64|arm64] spicelab|dask|ray ROOTFS.tar NAME:TAG OUT.tar');
  process.exit(2);
}
const [target, rootfs, name, out] = positionals;
const stages = readStages(await readFile(join(import.meta.dirname, 'Dockerfile'), 'utf8'));
if (!stages.has(target)) throw new Error(`the Dockerfile has no target ${target}`);

const folder = await mkdtemp(join(tmpdir(), 'spicelab-image-'));
try {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  const layer = await linkLayer();
  const config = await putBlob('config.v1+json', {
    architecture: values.arch,
    os: 'linux',
    config: stages.get(target).config,
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = await putBlob('manifest.v1+json', {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config,
    layers: [layer],
  });
  // containerd and Docker read the whole name, others the tag
  const tag = name.slice(name.lastIndexOf(':') + 1);
  manifest.annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tag };
  await put('oci-layout', { imageLayoutVersion: '1.0.0' });
  await put('index.json', {
    schemaVersion: 2,
    mediaType: `${OCI}.index.v1+json`,
    manifests: [manifest],
  });
  const reproducible = ['--sort=name', '--owner=0', '--group=0', '--mtime=@0'];
  execFileSync('tar', ['-C', folder, ...reproducible, '--dereference', '-cf', resolve(out), '.']);
} finally {
  await rm(folder, { recursive: true });
}
console.log(name);

async function linkLayer() {
  const hash = createHash('sha256');
  await pipeline(createReadStream(rootfs), hash);
  const hex = hash.digest('hex');
  await symlink(resolve(rootfs), join(folder, 'blobs/sha256', hex));
  return {
    mediaType: `${OCI}.layer.v1.tar`,
    digest: `sha256:${hex}`,
    size: (await stat(rootfs)).size,
  };
}

async function putBlob(type, value) {
  const text = JSON.stringify(value);
  const hex = createHash('sha256').update(text).digest('hex');
  await writeFile(join(folder, 'blobs/sha256', hex), text);
  return { mediaType: `${OCI}.${type}`, digest: `sha256:${hex}`, size: text.length };
}

async function put(file, value) {
  await writeFile(join(folder, file), JSON.stringify(value));
}
