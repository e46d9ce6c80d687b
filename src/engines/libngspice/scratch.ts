import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** A folder for what models write beside their results (`b3v33check.log`), into whatever folder is the current one. */
export interface Scratch {
  /** Runs work that returns before anything else does; within it the current folder is this one, where Node allows it. */
  within<T>(work: () => T): T;
  remove(): void;
}

export function createScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-libngspice-'));
  return {
    within(work) {
      const before = isMainThread ? currentFolder() : undefined;
      if (before === undefined) return work();
      process.chdir(folder);
      try {
        return work();
      } finally {
        process.chdir(before);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `undefined` where it has been deleted: there would be no way back. */
function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
