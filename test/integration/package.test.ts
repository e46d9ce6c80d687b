import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);
const run = (command: string, args: readonly string[], cwd: string) =>
  execute(command, args, { cwd, maxBuffer: 1 << 26, shell: process.platform === 'win32' });

/** What a user's own script looks like, with everything it touches typed. */
const SCRIPT = `
import { type Answers, monteCarlo, type Results, simulate, SpiceLabError, type Study } from 'spicelab';

const study: Study = monteCarlo({
  deck: { text: 'divider\\nV1 in 0 1\\nR1 in out 1k\\nR2 out 0 1k\\n.op\\n.end\\n' },
  vary: { 'R*': 'normal(1%)' },
  measure: { vout: 'v(out)' },
  specs: ['vout > 0.49'],
  samples: 50,
});
const { results, answers }: { results: Results; answers: Answers } = await simulate(study, { engine: 'wasm', out: 'run' });
const column: Float64Array = await results.column('vout');
const low: number | undefined = answers.all.yields[0]?.failuresCounted.low;
// @ts-expect-error what is no distribution is no study either
const wrong = () => monteCarlo({ deck: 1 });
try {
  wrong();
} catch (error) {
  if (!(error instanceof SpiceLabError)) throw error;
  console.log(JSON.stringify({ rows: column.length, low, code: error.code }));
}
`;

let work = '';
let user = '';
let files: string[] = [];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'spicelab-package-'));
  user = join(work, 'user');
  if (!existsSync(join(ROOT, 'dist/types/index.d.ts'))) await run('npm', ['run', 'build'], ROOT);
  // the scripts would build again, and empty dist/ under other tests
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', work],
    ROOT,
  );
  const [packed] = Object.values(JSON.parse(stdout)) as {
    filename: string;
    size: number;
    unpackedSize: number;
    files: { path: string }[];
  }[];
  files = packed!.files.map(({ path }) => path);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(
    `${packed!.filename}: ${megabytes(packed!.size)}, ${megabytes(packed!.unpackedSize)} unpacked, ${files.length} files`,
  );
  await mkdir(user);
  await writeFile(join(user, 'package.json'), '{ "type": "module", "private": true }\n');
  await run('npm', ['install', '--no-audit', '--no-fund', join(work, packed!.filename)], user);
});
afterAll(() => rm(work, { recursive: true, force: true }));

describe('the package in an empty folder', () => {
  it('has a command that finds a simulator that works', async () => {
    const { stdout } = await run('npx', ['--no-install', 'spicelab', 'doctor'], user);
    expect(stdout).toMatch(/✓ wasm\s+.*works/);
  });

  it('writes a starter study, runs it and reports', async () => {
    await run('npx', ['--no-install', 'spicelab', 'init'], user);
    const name = (await readdir(user)).find((file) => /study.*\.yaml$/.test(file));
    const flags = ['--engine', 'wasm', '--out', 'first'];
    const { stdout } = await run('npx', ['--no-install', 'spicelab', 'run', name!, ...flags], user);
    expect(stdout).toMatch(/overall.*%/);
    expect(await readFile(join(user, 'first/report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('is a library whose types hold under nodenext and whose functions do what they say', async () => {
    await writeFile(join(user, 'script.mts'), SCRIPT);
    const config = {
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        lib: ['es2023'],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      files: ['script.mts'],
    };
    await writeFile(join(user, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const compiled = await run('node', [compiler, '-p', user], user).catch((error) => error);
    expect(compiled.stdout).toBe('');
    const { stdout } = await run('node', ['script.mjs'], user);
    expect(JSON.parse(stdout)).toEqual({ rows: 50, low: expect.any(Number), code: 'STUDY_INVALID' });
  });

  it('holds no test, no source and no path of the machine that built it', async () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/cli.mjs',
        'dist/worker.mjs',
        'dist/report-page.js',
        'schema/study.schema.json',
      ]),
    );
    expect(files.filter((file) => /\.test\.|^(test|src|scripts)\/|fixture|generate\b/.test(file))).toEqual(
      [],
    );
    const marks = [ROOT, homedir(), join(tmpdir(), sep), ...(hostname().length > 4 ? [hostname()] : [])];
    const installed = join(user, 'node_modules/spicelab');
    for (const file of files) {
      const text = await readFile(join(installed, file), 'latin1');
      // `deploy/docker/rootfs` is no folder of the user root
      const found = marks.find((mark) => text.replaceAll('/rootfs', '').includes(mark));
      expect({ file, mark: found }).toEqual({ file, mark: undefined });
    }
  });
});
