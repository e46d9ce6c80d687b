import { writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Answers } from '../report/answers.ts';
import { htmlReport } from '../report/html.ts';
import type { Results } from '../run/results.ts';
import { isFolder, openStore } from '../stores/index.ts';
import { VERSION } from '../version.ts';
import { writeError } from './errors.ts';

export const REPORT = 'report.html';

/** Writes the report of a run, as `writeDerived` does. @throws SpiceLabError FILE_FAILED, STORE_FULL, or what the store throws */
export async function writeReport(
  results: Results,
  answers: Answers,
  output: string | undefined,
): Promise<string[]> {
  return writeDerived(results.location, REPORT, await htmlReport(results, answers, VERSION), output);
}

/**
 * Writes what was made of a run or a search: into its folder; of one in another store into that, for others, and as a file
 * here, to be looked at. A named file is the only one then.
 * @returns where it is, the one to open first
 * @throws SpiceLabError FILE_FAILED, STORE_FULL, or what the store throws
 */
export async function writeDerived(
  location: string,
  name: string,
  text: string,
  output?: string,
): Promise<string[]> {
  if (output !== undefined || isFolder(location))
    return [await writeText(output ?? join(location, name), text)];
  const store = await openStore(location);
  // What is derived may be derived anew; all else in a run is written once.
  await store.delete(name);
  await store.writeOnce(name, new TextEncoder().encode(text));
  const here = `${basename(new URL(location).pathname) || 'run'}${extname(name)}`;
  return [await writeText(here, text), `${location}/${name}`];
}

async function writeText(path: string, text: string): Promise<string> {
  try {
    await writeFile(path, text);
    return path;
  } catch (thrown) {
    throw writeError(path, thrown);
  }
}
