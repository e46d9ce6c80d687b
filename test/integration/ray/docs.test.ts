import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { blocksOf, ROOT } from '../../code-blocks.ts';
import { holdPages } from '../cluster-pages.ts';
import { RAY_PYTHON } from './cluster.ts';

const GUIDE = 'docs/deploy-ray.md';
const run = promisify(execFile);

await holdPages({
  kind: 'ray',
  pages: ['docs/ray.md', GUIDE],
  python: RAY_PYTHON,
  environment: { RAY_USAGE_STATS_ENABLED: '0' },
});

describe.skipIf(!RAY_PYTHON)(GUIDE, () => {
  it('shows a file that the cluster launcher takes', async () => {
    const blocks = blocksOf(await readFile(join(ROOT, GUIDE), 'utf8'));
    const [file] = blocks.filter(({ language }) => language === 'yaml ray-cluster');
    const check =
      'import sys, yaml; from ray.autoscaler._private.util import prepare_config as prepare, validate_config as validate; validate(prepare(yaml.safe_load(sys.argv[1])))';
    await expect(run(RAY_PYTHON!, ['-c', check, file!.text])).resolves.toBeDefined();
  });
});
