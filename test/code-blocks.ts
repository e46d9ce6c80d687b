import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '..');
export const CLI = join(ROOT, 'dist/cli.mjs');
const run = promisify(execFile);
const MOST_OUTPUT = 1 << 26;
/** A block that waits for what never comes ends by itself. */
const MOST_MILLISECONDS = 280_000;
/** What a block started in the background ends with it, also where it fails half way. */
const END_JOBS = `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT`;

/** One fenced block of a page. */
export interface Block {
  /** What follows the fence: a language, and how it is tested. */
  readonly language: string;
  readonly line: number;
  readonly text: string;
}

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1]!.trim(),
    line: markdown.slice(0, match.index).split('\n').length + 1,
    text: match[2]!,
  }));
}

/** README, CONTRIBUTING and the pages of docs/. */
export async function pages(): Promise<string[]> {
  const docs = await readdir(join(ROOT, 'docs'));
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ];
}

/** A new folder with the examples, where `spicelab` can be imported. */
export async function workFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-docs-'));
  await cp(join(ROOT, 'examples'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  await symlink(ROOT, join(folder, 'node_modules/spicelab'), 'junction');
  return folder;
}

/** How a block in each language is run, one after the other in one folder. @throws what the program says when it fails */
export const RUNNERS: Readonly<Record<string, (block: Block, folder: string) => Promise<unknown>>> = {
  sh: ({ text }, folder) => runShell(text, folder, folder),
  'yaml study': async ({ text, line }, folder) => {
    const file = join(folder, `block-${line}.yaml`);
    await writeFile(file, text);
    return run('node', [CLI, 'run', file, '--explain'], { cwd: folder });
  },
  ts: runModule,
  js: runModule,
};

/**
 * Runs lines of a shell in a folder, with the command `spicelab` of this checkout: a program, not a function of the shell, so
 * that `kill $!` reaches it. @param commands an existing folder, in which the command is put
 */
export async function runShell(text: string, folder: string, commands: string): Promise<unknown> {
  const bin = join(commands, 'node_modules/.bin');
  await mkdir(bin, { recursive: true });
  const program = `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`;
  await writeFile(join(bin, 'spicelab'), program, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` };
  const options = { cwd: folder, env, maxBuffer: MOST_OUTPUT, timeout: MOST_MILLISECONDS };
  return run('bash', ['-euc', `${END_JOBS}\n${text}`], options);
}

async function runModule({ text, line }: Block, folder: string): Promise<unknown> {
  const file = join(folder, `block-${line}.mjs`);
  await writeFile(file, text);
  return run('node', [file], { cwd: folder, maxBuffer: MOST_OUTPUT });
}

/** Runs blocks in order; a failure names its page and line and tells what was printed. */
export async function runBlocks(
  page: string,
  blocks: readonly Block[],
  folder: string,
  runners: typeof RUNNERS,
): Promise<void> {
  for (const block of blocks) {
    const runner = runners[block.language];
    if (!runner)
      throw new Error(`${page}:${block.line}: no rule says how a block in "${block.language}" is tested`);
    try {
      await runner(block, folder);
    } catch (cause) {
      const { stdout = '', stderr = '', message = '' } = cause as Record<string, string>;
      const said = stdout + stderr || message;
      throw new Error(`${page}:${block.line}\n${block.text}\n${said}`, { cause });
    }
  }
}
