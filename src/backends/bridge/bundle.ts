import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SpiceLabError } from '../../errors/index.ts';
import type { BundledFile } from './messages.ts';

/** The files that a worker on another host is made of, named by their content. */
export interface Bundle {
  readonly id: string;
  readonly files: readonly BundledFile[];
  /** Their bytes one after the other, compressed by gzip. */
  readonly packed: Uint8Array;
}

export interface Source {
  /** Where it belongs in the bundle, with `/`. */
  readonly path: string;
  readonly from: string;
}

/** What of the packages travels; the rest (sources, documentation) is of no use to a worker. */
const WANTED: Readonly<Record<string, RegExp>> = {
  koffi: /^(package\.json|LICENSE.*|index\.c?js|(src|lib)\/.*\.c?js)$/,
  'eecircuit-engine': /^(package\.json|LICENSE|dist\/eecircuit-engine\.mjs)$/,
};
/** Binaries for every platform that npm has installed here. */
const NATIVE = /^(package\.json|.*\.js|.*\.node)$/;

/**
 * The worker alone with what it needs for libngspice, as far as this installation has it.
 * @param workerFile the one file that a worker is
 */
export const nativeBundle = async (workerFile: string): Promise<Bundle> =>
  pack(await nativeFiles(workerFile));

/** The worker with ngspice in WebAssembly, for hosts that have no simulator. @throws SpiceLabError ENGINE_MISSING */
export const embeddedBundle = async (workerFile: string): Promise<Bundle> =>
  pack(await embeddedFiles(workerFile));

/** The files of the least bundle that has a simulator. @throws SpiceLabError ENGINE_MISSING */
export const filesFor = (engine: string, workerFile: string): Promise<Source[]> =>
  engine === 'wasm' ? embeddedFiles(workerFile) : nativeFiles(workerFile);

async function nativeFiles(workerFile: string): Promise<Source[]> {
  const koffi = await packageFiles(workerFile, 'koffi', WANTED['koffi']!);
  const binaries = koffi.length > 0 ? await koffiBinaries(workerFile) : [];
  return [{ path: 'worker.mjs', from: workerFile }, ...koffi, ...binaries];
}

async function embeddedFiles(workerFile: string): Promise<Source[]> {
  const name = 'eecircuit-engine';
  const embedded = await packageFiles(workerFile, name, WANTED[name]!);
  if (embedded.length === 0)
    throw new SpiceLabError('ENGINE_MISSING', `the embedded ngspice (npm package ${name}) is not installed`, {
      remedy: `Install it with: npm install ${name}`,
    });
  return [{ path: 'worker.mjs', from: workerFile }, ...embedded];
}

/** The bundles of one worker, each made when it is first wanted. */
export class Bundles {
  readonly #workerFile: string;
  readonly #made = new Map<typeof nativeBundle, Promise<Bundle>>();

  constructor(workerFile: string) {
    this.#workerFile = workerFile;
  }

  native(): Promise<Bundle> {
    return this.#bundle(nativeBundle);
  }

  /** The least that has a simulator. @throws SpiceLabError ENGINE_MISSING */
  for(engine: string): Promise<Bundle> {
    return this.#bundle(engine === 'wasm' ? embeddedBundle : nativeBundle);
  }

  #bundle(make: typeof nativeBundle): Promise<Bundle> {
    const bundle = this.#made.get(make) ?? make(this.#workerFile);
    this.#made.set(make, bundle);
    return bundle;
  }
}

async function pack(sources: readonly Source[]): Promise<Bundle> {
  const contents = await Promise.all(sources.map(({ from }) => readFile(from)));
  const hash = createHash('sha256');
  const files = sources.map(({ path }, i) => ({ path, size: contents[i]!.length }));
  hash.update(JSON.stringify(files));
  for (const content of contents) hash.update(content);
  const packed = await promisify(gzip)(Buffer.concat(contents), { level: 1 });
  return { id: hash.digest('hex'), files, packed };
}

async function packageFiles(workerFile: string, name: string, wanted: RegExp): Promise<Source[]> {
  const folder = packageFolder(workerFile, name);
  return folder === undefined ? [] : filesOf(folder, `node_modules/${name}`, wanted);
}

async function koffiBinaries(workerFile: string): Promise<Source[]> {
  const koffi = packageFolder(workerFile, 'koffi')!;
  const scope = join(dirname(koffi), '@koromix');
  const names = existsSync(scope) ? await readdir(scope) : [];
  const binaries = names.filter((name) => name.startsWith('koffi-'));
  const files = await Promise.all(
    binaries.map((name) => filesOf(join(scope, name), `node_modules/@koromix/${name}`, NATIVE)),
  );
  return files.flat();
}

/** The files below a folder whose paths in it, with `/`, are wanted; `into` is where they belong. */
export async function filesOf(folder: string, into: string, wanted: RegExp): Promise<Source[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((from) => ({ from, path: relative(folder, from).replaceAll('\\', '/') }))
    .filter(({ path }) => wanted.test(path))
    .map(({ from, path }) => ({ from, path: posix.join(into, path) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The folder of a package as the worker would find it. */
function packageFolder(workerFile: string, name: string): string | undefined {
  for (let folder = dirname(workerFile); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}
