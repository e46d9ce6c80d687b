import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, killGroup } from '../struck-runs.ts';

const CACHE = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
const PREPARED = join(CACHE, 'spicelab-ci/dask/bin/python');

/** A Python with dask: the one named by SPICELAB_TEST_DASK, or the one `.ci/run` made. */
export const DASK_PYTHON = process.env['SPICELAB_TEST_DASK'] || (existsSync(PREPARED) ? PREPARED : undefined);
if (!DASK_PYTHON) console.log('SKIPPED: SPICELAB_TEST_DASK names no Python with dask[distributed]');

const SETTINGS = {
  DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION: '1.0',
  DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES: '20',
};

/** A program of Dask in a folder of its own, where nothing of this checkout can be imported. */
export interface DaskProgram {
  readonly child: ChildProcess;
  /** Ends it and its nanny's worker with it, as `kill -9` would. */
  kill(): void;
}

/** A scheduler with workers of one thread, each under a nanny. */
export class DaskCluster {
  readonly port: number;
  readonly folder: string;
  readonly programs: DaskProgram[] = [];

  static async start(workers: number): Promise<DaskCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'spicelab-dask-'));
    const cluster = new DaskCluster(await freePort(), folder);
    await cluster.scheduler();
    await Promise.all(Array.from({ length: workers }, () => cluster.worker()));
    return cluster;
  }

  private constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
  }

  get location(): string {
    return `dask://127.0.0.1:${this.port}`;
  }

  scheduler(): Promise<DaskProgram> {
    const words = ['scheduler', '--host', '127.0.0.1', '--port', String(this.port), '--no-dashboard'];
    return this.#start(words, /Scheduler at:/);
  }

  /** @param environment variables that this host has besides, or otherwise */
  worker(environment: Readonly<Record<string, string>> = {}): Promise<DaskProgram> {
    const words = ['worker', `tcp://127.0.0.1:${this.port}`, '--nthreads', '1', '--memory-limit', '0'];
    return this.#start(
      [...words, '--no-dashboard', '--death-timeout', '20'],
      /Starting established connection/,
      environment,
    );
  }

  async stop(): Promise<void> {
    for (const program of this.programs) program.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(words: readonly string[], ready: RegExp, environment = {}): Promise<DaskProgram> {
    const child = spawn(DASK_PYTHON!, ['-m', 'dask', ...words], {
      cwd: this.folder,
      env: { ...process.env, ...SETTINGS, PYTHONPATH: '', ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    const program = { child, kill: () => killGroup(child.pid) };
    this.programs.push(program);
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stderr! }).on('line', (line) => {
        printed += `${line}\n`;
        if (ready.test(line)) resolve();
      });
      child.once('exit', () => reject(new Error(`dask ${words.join(' ')} ended:\n${printed}`)));
    });
    return program;
  }
}
