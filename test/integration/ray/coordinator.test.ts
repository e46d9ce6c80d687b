import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, ROOT } from '../../code-blocks.ts';
import { RAY_PYTHON, RayCluster } from './cluster.ts';

const STUDY = join(ROOT, 'examples/rc-lowpass.study.yaml');
const WORDS = ['-n', '20000', '--engine', 'wasm', '--chunk', '100', '--no-report'];

describe.skipIf(!RAY_PYTHON)('a run on Ray goes on where it was', () => {
  let cluster: RayCluster;
  let scratch = '';
  const start = (...words: string[]) => [CLI, ...words, '--python', RAY_PYTHON!];
  const spicelab = (...words: string[]) =>
    promisify(execFile)(process.execPath, [CLI, ...words], { cwd: scratch, maxBuffer: 2 ** 28 });
  const tableOf = async (folder: string): Promise<string> => {
    await spicelab('export', folder, '-o', `${folder}.csv`);
    return readFile(join(scratch, `${folder}.csv`), 'utf8');
  };
  const onRay = () => ['--on', cluster.outside];

  /** Starts a run and strikes when some samples are there; gives the exit code. */
  async function struck(out: string, strike: (pid: number) => unknown): Promise<number | null> {
    const child = spawn(process.execPath, start('run', STUDY, ...onRay(), ...WORDS, '--out', out, '--json'), {
      cwd: scratch,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let isStruck = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { type: string; present?: number };
      if (isStruck || event.type !== 'progress' || !event.present) return;
      isStruck = true;
      strike(child.pid!);
    });
    return new Promise((resolve) => child.once('close', resolve));
  }

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'spicelab-ray-coordinator-'));
    cluster = await RayCluster.start(0);
    await cluster.node({ cpus: 2 });
    await spicelab('run', STUDY, ...WORDS, '--out', 'here');
  });
  afterAll(async () => {
    await cluster?.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  it('when the coordinator was killed: the table is that of an undisturbed run', async () => {
    expect(await struck('killed', (pid) => process.kill(pid, 'SIGKILL'))).toBe(null);
    await spicelab('resume', 'killed', ...onRay(), '--python', RAY_PYTHON!, '--no-report');
    expect(await tableOf('killed')).toBe(await tableOf('here'));
  });

  it('when the head was lost for good: the run ends with what it has, and is resumed elsewhere', async () => {
    expect(await struck('lost', () => void cluster.stop())).not.toBe(0);
    await spicelab('resume', 'lost', '--on', 'local', '--no-report');
    expect(await tableOf('lost')).toBe(await tableOf('here'));
  });
});
