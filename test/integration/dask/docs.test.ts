import { readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { blocksOf, ROOT, RUNNERS, runBlocks, workFolder } from '../../code-blocks.ts';
import { DASK_PYTHON } from './cluster.ts';

const PAGE = 'docs/dask.md';
const before = { ...process.env };

describe.skipIf(!DASK_PYTHON)('the guide to Dask', () => {
  let folder = '';
  beforeAll(() => {
    process.env['PATH'] = `${dirname(DASK_PYTHON!)}${delimiter}${before['PATH']}`;
    process.env['SPICELAB_PYTHON'] = DASK_PYTHON;
  });
  afterAll(async () => {
    process.env = before;
    await rm(folder, { recursive: true, force: true });
  });

  it('does what it says', async () => {
    folder = await workFolder();
    const blocks = blocksOf(await readFile(join(ROOT, PAGE), 'utf8'));
    const dask = blocks.filter(({ language }) => language === 'sh dask');
    await runBlocks(PAGE, dask, folder, { 'sh dask': RUNNERS['sh']! });
  });
});
