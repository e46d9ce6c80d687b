import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renameOnce } from './claim.ts';
import { errnoOf } from './errors.ts';

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'UNKNOWN']);

let written = 0;

/**
 * Writes a file that is not there yet, all of it or nothing; `false` where there is one. The content is written beside it
 * under a name that is no key, then linked to its own: a link never replaces anything.
 * @param synced whether the content is on the disk when this resolves, so that it outlives a power cut
 */
export async function writeFileOnce(path: string, bytes: Uint8Array, synced: boolean): Promise<boolean> {
  const draft = `${path}~${process.pid}-${written++}`;
  try {
    await writeDraft(draft, bytes, synced);
    const isNew = await publish(draft, path);
    if (isNew && synced) await syncFolder(dirname(path));
    return isNew;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(draft: string, bytes: Uint8Array, synced: boolean): Promise<void> {
  const file = await openDraft(draft);
  try {
    await file.writeFile(bytes);
    if (synced) await file.sync();
  } finally {
    await file.close();
  }
}

async function openDraft(draft: string) {
  try {
    return await open(draft, 'wx');
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') throw thrown;
    await mkdir(dirname(draft), { recursive: true });
    return open(draft, 'wx');
  }
}

async function publish(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
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
