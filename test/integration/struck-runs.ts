import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BackendOptions } from '../../src/backends/index.ts';
import { openBackend } from '../../src/backends/index.ts';
import { openResults, type RunEvent, type RunOutcome, resumeRun, startRun } from '../../src/run/index.ts';
import { openStore } from '../../src/stores/index.ts';
import { MISCHIEF_ENGINE, type Mischief, mischiefPlan } from '../fakes/mischief.ts';
import { Coordinators } from './coordinators.ts';

/** That an undisturbed run has; struck ones have the first of them. */
const MOST_SAMPLES = 2000;
const SAMPLES = 160;
const CHUNK = 4;
/** Of a sample: long enough that a fault hits a chunk at work. */
const SECONDS = 0.05;

/** What a fault is told when it is to strike. */
export type Strike = (events: readonly RunEvent[]) => Promise<void>;

interface Ended {
  readonly outcome: RunOutcome;
  readonly folder: string;
  readonly events: readonly RunEvent[];
  readonly samples: number;
}

/** Runs of the same samples, undisturbed or struck by a fault, and whether their tables are equal. */
export class StruckRuns {
  readonly #folder: string;
  readonly #options: BackendOptions;
  #expected: number[][] = [];
  #coordinators: Coordinators | undefined;
  #seconds = SECONDS;

  /** Runs undisturbed on this machine first. */
  static async prepare(options: BackendOptions): Promise<StruckRuns> {
    const runs = new StruckRuns(await mkdtemp(join(tmpdir(), 'spicelab-struck-')), options);
    runs.#seconds = 0;
    const { folder } = await runs.run('local', 'undisturbed', async () => undefined, MOST_SAMPLES);
    runs.#seconds = SECONDS;
    runs.#expected = await tableOf(folder);
    expect(runs.#expected).toHaveLength(MOST_SAMPLES);
    return runs;
  }

  private constructor(folder: string, options: BackendOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /**
   * `strike` is called once, after some parts have come.
   * @param mischief what samples do by themselves
   */
  async run(
    on: string,
    name: string,
    strike: Strike,
    samples = SAMPLES,
    mischief: Mischief = {},
  ): Promise<Ended> {
    const folder = join(this.#folder, name);
    const backend = await openBackend(on, this.#options);
    const events: RunEvent[] = [];
    let struck: Promise<void> | undefined;
    const handle = startRun({
      plan: mischiefPlan({ seconds: this.#seconds, ...mischief }),
      store: await openStore(folder),
      backend,
      engine: { name: MISCHIEF_ENGINE, options: {} },
      wanted: samples,
      chunk: CHUNK,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'progress' && event.present >= 4 * CHUNK) struck ??= strike(events);
      },
    });
    const outcome = await handle.result.finally(() => backend.close());
    expect(struck, 'the run ended before the fault').toBeDefined();
    await struck;
    return { outcome, folder, events, samples };
  }

  /** Complete, with what an undisturbed run has: every sample once, the same bits. */
  async expectWhole({ outcome, folder, samples }: Ended): Promise<void> {
    expect(outcome).toEqual({ kind: 'complete' });
    expect(await tableOf(folder)).toEqual(this.#expected.slice(0, samples));
  }

  /** Runs with a chunk that is endlessly slow where it is simulated first, and nowhere else. */
  runWithStraggler(on: string, name: string): Promise<Ended> {
    const stallFile = join(this.#folder, `${name}.stalls`);
    return this.run(on, name, async () => undefined, SAMPLES, { stall: [SAMPLES / 2], stallFile });
  }

  /** Kills the run's coordinator in the middle, and resumes it with another one. */
  async runKilled(on: string, name: string): Promise<Ended> {
    const folder = join(this.#folder, name);
    const { python, workers = 1 } = this.#options;
    this.#coordinators ??= await Coordinators.prepare(this.#folder);
    const killed = this.#coordinators.start({
      ...{ folder, on, python, workers, wanted: SAMPLES, chunk: CHUNK },
      mischief: { engine: MISCHIEF_ENGINE, told: { seconds: SECONDS } },
    });
    await killed.first('progress', (line) => line.type === 'progress' && line.present >= 4 * CHUNK);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const store = await openStore(folder);
    const left = (await openResults(store)).present;
    expect(left).toBeLessThan(SAMPLES);
    const backend = await openBackend(on, this.#options);
    const events: RunEvent[] = [];
    const handle = resumeRun({ store, backend, onEvent: (event) => events.push(event) });
    const outcome = await handle.result.finally(() => backend.close());
    expect(events.find(({ type }) => type === 'finished')).toMatchObject({ simulated: SAMPLES - left });
    return { outcome, folder, events, samples: SAMPLES };
  }

  end(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

async function tableOf(folder: string): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const batch of (await openResults(await openStore(folder))).batches()) {
    const columns = [...batch.columns.values()];
    for (let row = 0; row < batch.rows; row++)
      rows.push([batch.samples[row]!, batch.status[row]!, ...columns.map((column) => column[row]!)]);
  }
  return rows;
}

/** The process of the worker that has come last, of those named by their process id behind the last slash. */
export function lastWorker(events: readonly RunEvent[]): number {
  const up = events.findLast((event) => event.type === 'worker' && event.state === 'up');
  if (up?.type !== 'worker') throw new Error('no worker has come');
  return Number(up.worker.split('/').at(-1));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const parentOf = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));

/** A child of a process by the words of its command line. */
export function childWhere(pid: number, words: RegExp): number {
  const [child] = childrenWhere(pid, words);
  if (child === undefined) throw new Error(`process ${pid} has no child ${words}`);
  return child;
}

export function childrenWhere(pid: number, words: RegExp): number[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , parent, command]) => Number(parent) === pid && words.test(command ?? ''))
    .map(([, child]) => Number(child));
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Ends the processes of a group at once. */
export function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
