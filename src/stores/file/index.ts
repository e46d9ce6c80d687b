import { readFileSync, statSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store, StoredObject } from '../../store.ts';
import { checkAfter, checkKey, checkPrefix } from '../keys.ts';
import type { StoreKind } from '../kind.ts';
import { errnoOf, storeError } from './errors.ts';
import { listFiles } from './list.ts';
import { writeFileOnce } from './write-once.ts';

/** Folders on a disk of this machine, or mounted on it. */
export const file: StoreKind = {
  name: 'file',
  form: 'the path of a folder',
  holds: (location) => location.startsWith('file://') || !/^[a-z][a-z0-9+.-]+:\/\//i.test(location),
  open: openFileStore,
};

/** From here on syncing costs little beside writing. */
const LARGE_BYTES = 2 ** 20;
const SELF_CHECKED = '.parquet';
/** Up to here a read takes less time than handing it to another thread, four times, and back. */
const SMALL_BYTES = 64 * 2 ** 10;

/**
 * A folder as a store; it need not exist yet. What is written outlives the death of this process at any instant. Records and
 * large objects also outlive a power cut; small Parquet files, which carry a checksum of their own, may be lost or torn by
 * one as long as the operating system has not written them (about half a minute).
 * @param location a path or a `file://` URL
 * @throws SpiceLabError FILE_FAILED where there can be no such folder
 */
export async function openFileStore(location: string): Promise<Store> {
  const typed = location.startsWith('file://') ? fileURLToPath(location) : location;
  const root = resolve(typed);
  const kind = await stat(root).catch((thrown: unknown) => {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw storeError('keep a run here', root, thrown);
  });
  if (kind && !kind.isDirectory())
    throw storeError('keep a run here', root, Object.assign(new Error('not a folder'), { code: 'ENOTDIR' }));
  return new FileStore(typed, root);
}

class FileStore implements Store {
  readonly location: string;
  readonly #root: string;

  /** @param location as the user knows it, for messages; @param root absolute, wherever the process goes later */
  constructor(location: string, root: string) {
    this.location = location;
    this.#root = root;
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key);
    try {
      const bytes = statSync(path, { throwIfNoEntry: false })?.size;
      if (bytes === undefined) return undefined;
      return bytes > SMALL_BYTES ? await readFile(path) : readFileSync(path);
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined;
      throw storeError(`read ${key}`, path, thrown);
    }
  }

  async writeOnce(key: string, bytes: Uint8Array): Promise<boolean> {
    const path = this.#path(key);
    try {
      return await writeFileOnce(path, bytes, !key.endsWith(SELF_CHECKED) || bytes.length >= LARGE_BYTES);
    } catch (thrown) {
      throw storeError(`write ${key}`, path, thrown);
    }
  }

  async has(key: string): Promise<boolean> {
    const path = this.#path(key);
    try {
      return (await stat(path)).isFile();
    } catch (thrown) {
      if (isAbsent(thrown)) return false;
      throw storeError(`look for ${key}`, path, thrown);
    }
  }

  list(prefix: string, after = ''): AsyncIterable<StoredObject> {
    checkPrefix(prefix);
    checkAfter(after);
    return listFiles(this.#root, prefix, after);
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    try {
      await rm(path);
    } catch (thrown) {
      if (!isAbsent(thrown)) throw storeError(`delete ${key}`, path, thrown);
    }
  }

  #path(key: string): string {
    checkKey(key);
    return join(this.#root, ...key.split('/'));
  }
}

/** No such file; nor can there be one where a file stands in the place of a folder, or a folder in the place of the file. */
function isAbsent(thrown: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ERR_FS_EISDIR'].includes(errnoOf(thrown));
}
