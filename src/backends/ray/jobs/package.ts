import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bridgeFolder, filesFor, filesOf } from '../../bridge/index.ts';
import { workerFile } from '../../common/index.ts';
import { zipOf } from './zip.ts';

/** What a job brings to its cluster. */
export interface JobPackage {
  /** As Ray wants it, by the content. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const COMMAND = /^(cli|shared\/.*)\.mjs$/;
const BRIDGE = /^spicelab_bridge\/.*\.py$/;

/**
 * The command with its worker and what an engine needs, and the Python that spreads tasks over the cluster.
 * @throws SpiceLabError ENGINE_MISSING, BACKEND_FAILED where this installation is not whole
 */
export async function jobPackage(engine: string): Promise<JobPackage> {
  const worker = workerFile();
  const sources = await Promise.all([
    filesFor(engine, worker),
    filesOf(dirname(worker), '.', COMMAND),
    filesOf(bridgeFolder(), '.', BRIDGE),
  ]);
  const files = await Promise.all(
    sources.flat().map(async ({ path, from }) => ({ path, bytes: await readFile(from) })),
  );
  const hash = createHash('sha256');
  for (const { path, bytes } of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return { name: `_ray_pkg_${hash.digest('hex').slice(0, 32)}.zip`, bytes: zipOf(files) };
}
