import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type Block, blocksOf, ROOT, runBlocks, runShell, workFolder } from './code-blocks.ts';

const EXAMPLES = join(ROOT, 'examples');
const CLI = join(ROOT, 'dist/cli.mjs');
const MOST_OUTPUT = 1 << 26;
/** Engines agree to 4e-7, and what is written in a README is rounded. */
const RELATIVE = 1e-5;
const run = promisify(execFile);

/** What `expected.json` of an example says: of each run that its README makes, what is in its answer. */
interface Expected {
  readonly [run: string]: {
    readonly rows: number;
    /** Measurement -> its mean and sigma. */
    readonly statistics: Readonly<Record<string, { readonly mean: number; readonly sigma: number }>>;
    /** Name of a spec, or `overall` -> yield, failed samples counted. */
    readonly yields?: Readonly<Record<string, number>>;
  };
}

/** The folders of examples/ whose name begins so, such as `dask-`. */
export async function exampleFolders(prefix: string): Promise<string[]> {
  const entries = await readdir(EXAMPLES, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
    .map(({ name }) => name);
}

/**
 * Does in a copy of an example's folder what the blocks of its README say, and compares the answers with `expected.json`.
 * @param language blocks that are run: those of ```` ```sh dask ````, say; `text` and `yaml` are shown only
 */
export async function runExample(name: string, language: string): Promise<void> {
  const folder = await workFolder();
  try {
    const place = join(folder, name);
    const page = join(place, 'README.md');
    const blocks = blocksOf(await readFile(page, 'utf8'));
    const shell = ({ text }: Block, cwd: string) => runShell(text, cwd, folder);
    const shown = async () => undefined;
    await runBlocks(`examples/${name}/README.md`, blocks, place, {
      [language]: shell,
      text: shown,
      yaml: shown,
    });
    const expected: Expected = JSON.parse(await readFile(join(place, 'expected.json'), 'utf8'));
    for (const [out, wanted] of Object.entries(expected)) await expectAnswer(join(place, out), wanted);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function expectAnswer(out: string, wanted: Expected[string]): Promise<void> {
  const { stdout } = await run('node', [CLI, 'show', out, '--json'], { maxBuffer: MOST_OUTPUT });
  const { all } = JSON.parse(stdout);
  expect(all.rows).toBe(wanted.rows);
  expect(all.failures).toEqual({});
  for (const [name, { mean, sigma }] of Object.entries(wanted.statistics)) {
    const found = all.statistics.find((each: { name: string }) => each.name === name);
    expectNear(`mean of ${name}`, found?.mean.value, mean);
    expectNear(`sigma of ${name}`, found?.sigma.value, sigma);
  }
  for (const [name, value] of Object.entries(wanted.yields ?? {})) {
    const found = all.yields.find((each: { name: string }) => each.name === name);
    expectNear(`yield of ${name}`, found?.failuresCounted.value, value);
  }
}

function expectNear(what: string, found: number | undefined, wanted: number): void {
  expect(found, what).toBeTypeOf('number');
  expect(Math.abs(found! - wanted), `${what}: ${found}, not ${wanted}`).toBeLessThanOrEqual(
    RELATIVE * Math.abs(wanted),
  );
}
