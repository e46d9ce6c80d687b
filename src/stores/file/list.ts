import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from '../../store.ts';
import { isSegment } from '../keys.ts';
import { errnoOf, storeError } from './errors.ts';

/** Sizes are asked for this many files at a time. */
const AT_A_TIME = 64;

/** Files below a folder whose keys begin with the prefix and come after `after`, in the order of their keys' code points. */
export async function* listFiles(root: string, prefix: string, after: string): AsyncGenerator<StoredObject> {
  const cut = prefix.lastIndexOf('/') + 1;
  yield* listFolder(root, prefix.slice(0, cut), prefix.slice(cut), after);
}

async function* listFolder(
  root: string,
  folder: string,
  beginning: string,
  after: string,
): AsyncGenerator<StoredObject> {
  const path = join(root, folder);
  const isWanted = (entry: Entry): boolean => {
    const begin = folder + orderOf(entry);
    const within = entry.folder && after.startsWith(begin) && after !== `${begin}~`;
    return entry.name.startsWith(beginning) && (begin > after || within);
  };
  const entries = await readFolder(path, isWanted);
  for (let i = 0; i < entries.length; i += AT_A_TIME) {
    const few = entries.slice(i, i + AT_A_TIME);
    const sizes = await Promise.all(
      few.map((entry) => (entry.folder ? undefined : sizeOf(join(path, entry.name)))),
    );
    for (const [j, entry] of few.entries()) {
      const size = sizes[j];
      if (entry.folder) yield* listFolder(root, `${folder}${entry.name}/`, '', after);
      else if (size !== undefined) yield { key: folder + entry.name, size };
    }
  }
}

interface Entry {
  readonly name: string;
  readonly folder: boolean;
}

/** What can be part of a key, so no drafts; sorted so that the keys are: a folder counts with its slash. */
async function readFolder(path: string, isWanted: (entry: Entry) => boolean): Promise<Entry[]> {
  try {
    const found = await readdir(path, { withFileTypes: true });
    return found
      .filter((entry) => isSegment(entry.name) && (entry.isFile() || entry.isDirectory()))
      .map((entry) => ({ name: entry.name, folder: entry.isDirectory() }))
      .filter(isWanted)
      .sort((a, b) => compare(orderOf(a), orderOf(b)));
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return [];
    throw storeError('list what is stored', path, thrown);
  }
}

const orderOf = ({ name, folder }: Entry): string => (folder ? `${name}/` : name);

/** Keys are ASCII, where JavaScript's order is that of code points. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Nothing for a file that was deleted in the meantime. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw storeError('list what is stored', path, thrown);
  }
}
