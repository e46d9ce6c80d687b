import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SpiceLabError, toSpiceLabError } from '../../errors/index.ts';
import type { Results } from '../../run/results.ts';
import { readTuneAnswer } from '../../simulate/tune/answer.ts';
import { isFolder, openStore } from '../../stores/index.ts';
import { QUESTION_KEY } from '../../tune/records.ts';
import { foldersIn, openRun, RUNS } from '../run-folder.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../table.ts';

/** Characters of a title in the table. */
const MOST_TITLE = 40;

/** Lists the runs in a folder: by default in this one and in `runs`. */
export async function ls(
  folder: string | undefined,
  options: { readonly json?: boolean | undefined },
  streams: Streams,
): Promise<void> {
  const folders = folder === undefined ? ['.', RUNS] : [folder];
  if (
    folder !== undefined &&
    isFolder(folder) &&
    !statSync(folder, { throwIfNoEntry: false })?.isDirectory()
  ) {
    throw new SpiceLabError('FILE_FAILED', `there is no folder ${folder}`, {
      remedy: 'Name the folder that holds the runs.',
    });
  }
  const there = folders.filter((location) => !isFolder(location) || existsSync(location));
  const rows = (await Promise.all(there.map(runsAt))).flat();
  if (options.json) {
    for (const row of rows) streams.stdout.write(`${JSON.stringify(row)}\n`);
    return;
  }
  if (rows.length === 0) {
    streams.stdout.write('No runs here. Start one: spicelab mc DECK, or spicelab init.\n');
    return;
  }
  const cells = rows.map((row) => [
    row.run,
    row.title.length > MOST_TITLE ? `${row.title.slice(0, MOST_TITLE - 1).trimEnd()}…` : row.title,
    String(row.present),
    String(row.wanted),
    row.engine,
    row.state,
    row.when,
  ]);
  streams.stdout.write(
    textTable(['run', 'title', 'samples', 'of', 'engine', 'state', 'last session (UTC)'], cells),
  );
}

interface RunRow {
  readonly run: string;
  readonly title: string;
  readonly present: number;
  readonly wanted: number;
  readonly engine: string;
  readonly state: string;
  readonly when: string;
}

const runsAt = (location: string): Promise<RunRow[]> =>
  isFolder(location) ? runsIn(location) : runsInStore(location);

async function runsInStore(location: string): Promise<RunRow[]> {
  const store = await openStore(location);
  const runOf = (name: string): string => `${store.location}/${name}`;
  const rows: RunRow[] = [];
  for await (const name of foldersIn(store))
    if (await store.has(`${name}/plan.json`)) rows.push(await rowOf(runOf(name)));
    else if (await store.has(`${name}/${QUESTION_KEY}`)) rows.push(await searchRow(runOf(name)));
  return rows;
}

async function runsIn(folder: string): Promise<RunRow[]> {
  const names = (await readdir(folder)).sort();
  const rows: RunRow[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (existsSync(join(path, 'plan.json'))) rows.push(await rowOf(path));
    else if (existsSync(join(path, QUESTION_KEY))) rows.push(await searchRow(path));
  }
  return rows;
}

/** A search among runs: its simulations of its budget. */
async function searchRow(path: string): Promise<RunRow> {
  try {
    const { title, simulations, budget, engine, trials } = await readTuneAnswer(path);
    return {
      run: path,
      title,
      present: simulations.search + simulations.confirm,
      wanted: budget,
      engine,
      state: `search, ${trials.length} designs`,
      when: '',
    };
  } catch (thrown) {
    return unreadable(path, thrown);
  }
}

async function rowOf(path: string): Promise<RunRow> {
  try {
    const results = await openRun(path);
    const { plan, present, wanted, engine, sessions } = results;
    const when = sessions.at(-1)?.started.replace('T', ' ').slice(0, 16) ?? '';
    return {
      run: path,
      title: plan.title,
      present,
      wanted,
      engine: engine ? `${engine.name} ${engine.version}` : '',
      state: stateOf(results),
      when,
    };
  } catch (thrown) {
    return unreadable(path, thrown);
  }
}

const unreadable = (path: string, thrown: unknown): RunRow => ({
  run: path,
  title: '',
  present: 0,
  wanted: 0,
  engine: '',
  state: `unreadable: ${toSpiceLabError(thrown).message}`,
  when: '',
});

function stateOf({ sessions, present, wanted }: Results): string {
  const outcome = sessions.at(-1)?.outcome;
  if (outcome) return outcome.kind;
  return present >= wanted ? 'complete' : 'under way, or ended without a word';
}
