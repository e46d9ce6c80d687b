import { open, rename, rm, stat } from 'node:fs/promises';
import { errnoOf } from './errors.ts';

/** A claim older than this was left by a process that died. */
const STALE_MILLISECONDS = 10_000;
const WAIT_MILLISECONDS = 20;

/**
 * Gives `from` the name `to` where nothing has it yet: `false` where something has. For file systems without hard links;
 * a claim file beside it keeps two writers apart.
 */
export async function renameOnce(from: string, to: string): Promise<boolean> {
  const claim = `${to}~claim`;
  for (;;) {
    if (await exists(to)) return false;
    if (await take(claim)) break;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
  }
  try {
    if (await exists(to)) return false;
    await rename(from, to);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

async function take(claim: string): Promise<boolean> {
  try {
    await (await open(claim, 'wx')).close();
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EEXIST') throw thrown;
    const age = await stat(claim).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_MILLISECONDS) await rm(claim, { force: true });
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (thrown: unknown) => {
      if (errnoOf(thrown) === 'ENOENT') return false;
      throw thrown;
    },
  );
}
