import { linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renameOnce } from './claim.ts';
import { errnoOf } from './errors.ts';

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'UNKNOWN']);

/** Up to here a write takes less time than handing it to another thread and back. */
const SMALL_BYTES = 64 * 2 ** 10;

let written = 0;

/**
 * Writes a file that is not there yet, all of it or nothing; `false` where there is one. The content is written beside it
 * under a name that is no key, then linked to its own: a link never replaces anything.
 * @param synced whether the content is on the disk when this resolves, so that it outlives a power cut
 */
export async function writeFileOnce(path: string, bytes: Uint8Array, synced: boolean): Promise<boolean> {
  const draft = `${path}~${process.pid}-${written++}`;
  try {
    await inFolder(dirname(path), () => writeDraft(draft, bytes, synced));
    const isNew = await publish(draft, path);
    if (isNew && synced) await syncFolder(dirname(path));
    return isNew;
  } finally {
    rmSync(draft, { force: true });
  }
}

async function writeDraft(draft: string, bytes: Uint8Array, synced: boolean): Promise<void> {
  if (!synced && bytes.length <= SMALL_BYTES) {
    writeFileSync(draft, bytes, { flag: 'wx' });
    return;
  }
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(bytes);
    if (synced) await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the folder when it is missing, which is found out by trying. */
async function inFolder(folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') throw thrown;
    makeFolder(folder);
    await write();
  }
}

/** Step by step: Node's own `recursive` never returns below `/proc`, where making a folder says ENOENT for ever. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code === 'EEXIST' && isFolder(folder)) return;
    if (code !== 'ENOENT' || isFolder(dirname(folder))) throw thrown;
    makeFolder(dirname(folder));
    makeFolder(folder);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

async function publish(draft: string, path: string): Promise<boolean> {
  try {
    linkSync(draft, path);
    return true;
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code === 'EEXIST') return false;
    if (NO_LINKS.has(code)) return renameOnce(draft, path);
    throw thrown;
  }
}

/** A name lives in its folder, which has to reach the disk too; some systems cannot open folders, and need no such thing. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (thrown) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(errnoOf(thrown))) throw thrown;
  }
}
