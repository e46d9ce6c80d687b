import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nearestNames, SpiceLabError } from '../errors/index.ts';
import { openResults } from '../run/open-results.ts';
import type { Results } from '../run/results.ts';
import type { Store } from '../store.ts';
import { isFolder, openStore } from '../stores/index.ts';
import { endOf } from '../stores/keys.ts';
import { QUESTION_KEY } from '../tune/records.ts';

/** Where runs go that were given no `--out`. */
export const RUNS = 'runs';

/** A run as a user names it: a location, or the name of a folder in `runs`. */
export async function openRunStore(name: string): Promise<Store> {
  const store = await openStore(isFolder(name) ? folderOf(name) : name);
  if (await store.has('plan.json')) return store;
  if (await store.has(QUESTION_KEY))
    throw new SpiceLabError('RUN_UNREADABLE', `${name} is a search, not a run`, {
      remedy: `This works on runs; those of its designs lie in ${store.location}/trials.`,
    });
  throw new SpiceLabError('RUN_UNREADABLE', `there is no run in ${name}`, { remedy: await suggestion(name) });
}

function folderOf(name: string): string {
  const inRuns = join(RUNS, name);
  const location = name !== '' && !existsSync(name) && existsSync(inRuns) ? inRuns : name;
  if (!statSync(location, { throwIfNoEntry: false })?.isFile()) return location;
  throw new SpiceLabError('RUN_UNREADABLE', `${name} is a file, not the folder of a run`, {
    remedy: 'Name the folder that --out named; spicelab ls lists the runs below this folder.',
  });
}

/** The location of a search as a user names it; `undefined` for anything else. */
export async function tuneLocation(name: string): Promise<string | undefined> {
  for (const location of isFolder(name) ? [name, join(RUNS, name)] : [name]) {
    if (name === '' || (isFolder(location) && !statSync(location, { throwIfNoEntry: false })?.isDirectory()))
      continue;
    if (await (await openStore(location)).has(QUESTION_KEY)) return location;
  }
  return undefined;
}

export async function openRun(name: string): Promise<Results> {
  return openResults(await openRunStore(name));
}

/** Folders right below the root of a store, in order: a request for each. */
export async function* foldersIn(store: Store): AsyncGenerator<string> {
  let after: string | undefined = '';
  while (after !== undefined) {
    let folder: string | undefined;
    for await (const { key } of store.list('', after)) {
      const cut = key.indexOf('/');
      if (cut < 0) continue;
      folder = key.slice(0, cut);
      break;
    }
    if (folder !== undefined) yield folder;
    after = folder && endOf(folder);
  }
}

async function suggestion(name: string): Promise<string> {
  if (!isFolder(name)) return `spicelab ls ${name} lists the runs below it.`;
  const here = existsSync(RUNS) ? await readdir(RUNS) : [];
  const near = nearestNames(name, here);
  if (near.length > 0) return `Did you mean ${near.map((found) => join(RUNS, found)).join(' or ')}?`;
  return 'spicelab ls lists the runs below this folder.';
}
