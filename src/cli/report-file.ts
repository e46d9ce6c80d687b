import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Answers } from '../report/answers.ts';
import { htmlReport } from '../report/html.ts';
import type { Results } from '../run/results.ts';
import { isFolder, openStore } from '../stores/index.ts';
import { VERSION } from '../version.ts';
import { writeError } from './errors.ts';

const NAME = 'report.html';

/**
 * Writes the report of a run: into its folder; of a run in another store into that, for others, and as a file here, to be
 * looked at. A named file is the only one then.
 * @returns where it is, the one to open first
 * @throws SpiceLabError FILE_FAILED, STORE_FULL, or what the store throws
 */
export async function writeReport(
  results: Results,
  answers: Answers,
  output: string | undefined,
): Promise<string[]> {
  const html = await htmlReport(results, answers, VERSION);
  const { location } = results;
  if (output !== undefined || isFolder(location))
    return [await writeText(output ?? join(location, NAME), html)];
  const store = await openStore(location);
  // What is derived may be derived anew; all else in a run is written once.
  await store.delete(NAME);
  await store.writeOnce(NAME, new TextEncoder().encode(html));
  return [
    await writeText(`${basename(new URL(location).pathname) || 'run'}.html`, html),
    `${location}/${NAME}`,
  ];
}

async function writeText(path: string, text: string): Promise<string> {
  try {
    await writeFile(path, text);
    return path;
  } catch (thrown) {
    throw writeError(path, thrown);
  }
}
