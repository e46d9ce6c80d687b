import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Runs every code block of README.md, CONTRIBUTING.md and docs/. What follows the language says how:
 * `sh` lines run one after the other in a folder with the examples, a folder per page; `sh clone` lines stand in `.ci/run`;
 * `yaml study` compiles; `ts` and `js` run as a module that imports `spicelab`; `python` and `sql` run in the integration
 * tests; `text` is shown only.
 */
const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist/cli.mjs');
const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly line: number;
  readonly text: string;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const pattern = /^```([^\n]*)\n([\s\S]*?)^```$/gm;
  for (const match of markdown.matchAll(pattern)) {
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    blocks.push({ language: match[1]!.trim(), line, text: match[2]! });
  }
  return blocks;
}

async function pages(): Promise<string[]> {
  const docs = await readdir(join(ROOT, 'docs'));
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ];
}

const ELSEWHERE = new Set(['text', 'python', 'sql', 'ts excerpt']);

let ciScript = '';
const folders: string[] = [];

async function workFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-docs-'));
  folders.push(folder);
  await cp(join(ROOT, 'examples'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  await symlink(ROOT, join(folder, 'node_modules/spicelab'), 'junction');
  return folder;
}

async function runBlock({ language, line, text }: Block, folder: string): Promise<void> {
  if (ELSEWHERE.has(language)) return;
  if (language === 'sh clone') {
    for (const command of text.trim().split('\n')) expect(ciScript).toContain(command);
    return;
  }
  if (language === 'sh') {
    const script = `set -eu\nspicelab() { node "${CLI}" "$@"; }\n${text}`;
    await run('bash', ['-c', script], { cwd: folder, maxBuffer: 1 << 26 });
    return;
  }
  if (language === 'yaml study') {
    const file = join(folder, `block-${line}.yaml`);
    await writeFile(file, text);
    await run('node', [CLI, 'run', file, '--explain'], { cwd: folder });
    return;
  }
  if (language === 'ts' || language === 'js') {
    const file = join(folder, `block-${line}.mjs`);
    await writeFile(file, text);
    await run('node', [file], { cwd: folder, maxBuffer: 1 << 26 });
    return;
  }
  throw new Error(`line ${line}: no rule says how a block in "${language}" is tested`);
}

describe.skipIf(process.platform === 'win32')('the documentation', async () => {
  beforeAll(async () => {
    ciScript = await readFile(join(ROOT, '.ci/run'), 'utf8');
  });
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  for (const page of await pages()) {
    const blocks = blocksOf(await readFile(join(ROOT, page), 'utf8'));
    it(`${page}: its ${blocks.length} code blocks do what they say`, { timeout: 240_000 }, async () => {
      const folder = await workFolder();
      for (const block of blocks) {
        try {
          await runBlock(block, folder);
        } catch (cause) {
          const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
          throw new Error(`${page}:${block.line}\n${block.text}\n${stdout}\n${stderr}`, { cause });
        }
      }
    });

    it(`${page}: every link to a file of the project leads somewhere`, async () => {
      const text = await readFile(join(ROOT, page), 'utf8');
      const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!);
      for (const target of targets)
        await expect(
          readdir(join(ROOT, page, '..', target, '..')),
          `${page} -> ${target}`,
        ).resolves.toContain(target.split('/').filter(Boolean).at(-1));
    });
  }
});
