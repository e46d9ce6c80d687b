import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';
import { blocksOf, pages, ROOT, RUNNERS, runBlocks, workFolder } from '../code-blocks.ts';
import { PYTHON } from './python.ts';

const run = promisify(execFile);

/** The Python of a page is run where its shell lines left their files. */
describe.skipIf(!PYTHON)('Python in the documentation', async () => {
  for (const page of await pages()) {
    const blocks = blocksOf(await readFile(join(ROOT, page), 'utf8'));
    const wanted = blocks.filter(({ language }) => language === 'sh' || language === 'python');
    if (wanted.every(({ language }) => language === 'sh')) continue;
    it(`${page}: its Python runs after its shell lines`, async () => {
      const folder = await workFolder();
      const python = ({ text }: { text: string }) => run(PYTHON!, ['-c', text], { cwd: folder });
      try {
        await runBlocks(page, wanted, folder, { ...RUNNERS, python });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
