import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
const PREPARED = join(CACHE, 'spicelab-ci/python/bin/python');

/** A Python with duckdb, pyarrow and pandas: the one named by SPICELAB_TEST_PYTHON, or the one `.ci/run` made. */
export const PYTHON = process.env['SPICELAB_TEST_PYTHON'] || (existsSync(PREPARED) ? PREPARED : undefined);
if (!PYTHON) console.log('SKIPPED: SPICELAB_TEST_PYTHON names no Python with duckdb, pyarrow and pandas');

/** What a Python program prints, read as JSON; it runs in `folder`. */
export function python(program: string, folder: string): unknown {
  return JSON.parse(
    execFileSync(PYTHON!, ['-c', program], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
}
