import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
/** `SPICELAB_TEST_CLI` names another build, such as that of an installed package. */
export const CLI = process.env.SPICELAB_TEST_CLI ?? join(ROOT, 'dist/cli.mjs');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder with the examples in it, gone after the tests of the file. */
export async function workFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-command-'));
  await cp(join(ROOT, 'examples'), folder, { recursive: true });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the built command in a folder and waits for its end, however it ends. */
export const spicelab = (folder: string, ...args: readonly string[]): Promise<Ended> =>
  spicelabWith({}, folder, ...args);

/** As `spicelab`, with some variables of the environment set. */
export function spicelabWith(
  variables: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): Promise<Ended> {
  const options = { cwd: folder, maxBuffer: 1 << 26, env: { ...process.env, ...variables } };
  return new Promise((done) => {
    execFile('node', [CLI, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
  });
}

/** Every command there is. */
export const COMMANDS = [
  'mc',
  'sweep',
  'worst-case',
  'sensitivity',
  'run',
  'explain',
  'resume',
  'extend',
  'show',
  'ls',
  'export',
  'report',
  'doctor',
  'init',
  'completion',
];
