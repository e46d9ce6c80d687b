import { readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { blocksOf, ROOT, RUNNERS, runBlocks, workFolder } from '../code-blocks.ts';
import { exampleFolders, runExample } from '../example-folders.ts';

/** What is written about a kind of cluster. */
export interface ClusterPages {
  /** `dask`: its blocks are `sh dask`, its examples `examples/dask-…`. */
  readonly kind: string;
  /** Pages of docs/. */
  readonly pages: readonly string[];
  /** The Python that has it; everything is skipped without. */
  readonly python: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  /** Examples that want more than that Python, and have a test of their own. */
  readonly except?: readonly string[];
}

/** Runs every block of the guides, and every example, with the cluster's Python as that of the shell. */
export async function holdPages({ kind, pages, python, environment, except = [] }: ClusterPages) {
  const language = `sh ${kind}`;
  const examples = (await exampleFolders(`${kind}-`)).filter((name) => !except.includes(name));
  const before = { ...process.env };

  describe.skipIf(!python)(`what is written about ${kind}`, () => {
    beforeAll(() => {
      Object.assign(process.env, environment, {
        PATH: `${dirname(python!)}${delimiter}${before['PATH']}`,
        SPICELAB_PYTHON: python,
      });
    });
    afterAll(() => {
      process.env = before;
    });

    it.each(pages)('%s does what it says', async (page) => {
      const folder = await workFolder();
      try {
        const blocks = blocksOf(await readFile(join(ROOT, page), 'utf8'));
        const run = blocks.filter((block) => block.language === language);
        await runBlocks(page, run, folder, { [language]: RUNNERS['sh']! });
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    });

    it.each(examples)('examples/%s does what its README says, and has the answer that it promises', (name) =>
      runExample(name, language),
    );
  });
}
