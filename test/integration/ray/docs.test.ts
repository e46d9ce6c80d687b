import { readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { blocksOf, ROOT, RUNNERS, runBlocks, workFolder } from '../../code-blocks.ts';
import { RAY_PYTHON } from './cluster.ts';

const PAGE = 'docs/ray.md';
const before = { ...process.env };

describe.skipIf(!RAY_PYTHON)('the guide to Ray', () => {
  let folder = '';
  beforeAll(() => {
    process.env['PATH'] = `${dirname(RAY_PYTHON!)}${delimiter}${before['PATH']}`;
    process.env['SPICELAB_PYTHON'] = RAY_PYTHON;
    process.env['RAY_USAGE_STATS_ENABLED'] = '0';
  });
  afterAll(async () => {
    process.env = before;
    await rm(folder, { recursive: true, force: true });
  });

  it('does what it says', async () => {
    folder = await workFolder();
    const blocks = blocksOf(await readFile(join(ROOT, PAGE), 'utf8'));
    const ray = blocks.filter(({ language }) => language === 'sh ray');
    await runBlocks(PAGE, ray, folder, { 'sh ray': RUNNERS['sh']! });
  });
});
