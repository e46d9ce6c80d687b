import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseTemplate } from '../src/backends/kubernetes/template.ts';
import { type Block, blocksOf, pages, ROOT, RUNNERS, runBlocks, workFolder } from './code-blocks.ts';

/**
 * Runs every code block of README.md, CONTRIBUTING.md and docs/. What follows the language says how:
 * `sh` lines run one after the other in a folder with the examples, a folder per page; `sh clone` lines stand in `.ci/run`;
 * `yaml study` compiles; `yaml job` is a job template; `ts` and `js` run as a module that imports `spicelab`; `python`, `sh dask`, `sh ray`, `sh s3` and `sh kubernetes` run in the integration tests;
 * `sh image` lines build an image, which those do with the same scripts and words of their own: here their syntax is checked;
 * `sh account`, `sh docker` and `sh kind` need what the tests lack: their syntax is checked, and that they say what they need;
 * `yaml` is well-formed, `yaml ray-cluster` what Ray's launcher takes; `text` is shown only.
 */
let ciScript = '';
const folders: string[] = [];
const elsewhere = async () => undefined;
const parses = async ({ text }: Block) => void execFileSync('bash', ['-n', '-c', text]);
const unrun = async (block: Block) => {
  expect(block.text).toMatch(/^# needs /);
  await parses(block);
};

const runners: typeof RUNNERS = {
  ...RUNNERS,
  'sh clone': async ({ text }: Block) => {
    for (const command of text.trim().split('\n')) expect(ciScript).toContain(command);
  },
  text: elsewhere,
  python: elsewhere,
  'yaml job': async ({ text }: Block) => void parseTemplate(text, 'job.yaml'),
  'sh dask': elsewhere,
  'sh ray': elsewhere,
  'sh kubernetes': elsewhere,
  'sh image': parses,
  'sh account': unrun,
  'sh docker': unrun,
  'sh kind': unrun,
  'sh s3': elsewhere,
  'yaml ray-cluster': elsewhere,
  yaml: async ({ text }: Block) => {
    for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
  },
  'ts excerpt': elsewhere,
};

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
      folders.push(folder);
      await runBlocks(page, blocks, folder, runners);
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
