import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Capabilities, JobRef } from '../../src/backend.ts';
import {
  BatchBackend,
  type BatchOrder,
  type BatchPlatform,
  type Sighting,
  type TaskState,
} from '../../src/backends/batch/index.ts';
import type { BackendKind } from '../../src/backends/kind.ts';

/** The least that a batch platform has to do: a process for each task, two at a time, none of them tried again. */
export const toyBatch: BackendKind = {
  name: 'toy-batch',
  summary: 'a process for each task of a job',
  open: async () => {
    if (!existsSync(CLI)) throw new Error('dist/cli.mjs is missing: npm run build');
    return new BatchBackend(new ToyPlatform());
  },
};

const CLI = resolve(import.meta.dirname, '../../dist/cli.mjs');
const SLOTS = 2;

interface ToyJob {
  readonly order: BatchOrder;
  readonly waiting: number[];
  readonly tasks: Map<number, TaskState>;
  wake: () => void;
}

class ToyPlatform implements BatchPlatform {
  readonly name = toyBatch.name;
  readonly capabilities: Capabilities = {
    delivery: 'store',
    slots: SLOTS,
    maxChunksPerSubmit: 1000,
    chunkSeconds: { least: 1, most: 10 },
    detachable: false,
    preemptible: false,
  };
  readonly carries = 0;
  readonly lookSeconds = 1;
  readonly #jobs = new Map<string, ToyJob>();
  readonly #running = new Map<ChildProcess, ToyJob>();

  async submit(order: BatchOrder): Promise<Readonly<Record<string, unknown>>> {
    const waiting = order.job.chunks.map((_, index) => index);
    this.#jobs.set(order.id, { order, waiting, tasks: new Map(), wake: () => undefined });
    this.#advance();
    return {};
  }

  async *observe(ref: JobRef, signal: AbortSignal): AsyncIterable<Sighting> {
    const job = this.#jobs.get(ref.id)!;
    signal.addEventListener('abort', () => job.wake());
    while (!signal.aborted) {
      yield { tasks: new Map(job.tasks) };
      await new Promise<void>((done) => {
        job.wake = done;
      });
    }
  }

  async cancel(ref: JobRef): Promise<void> {
    const job = this.#jobs.get(ref.id);
    this.#jobs.delete(ref.id);
    const ends = [...this.#running].flatMap(([child, of]) => {
      if (of !== job) return [];
      child.kill('SIGTERM');
      return [once(child, 'exit')];
    });
    await Promise.all(ends);
  }

  async logs(): Promise<undefined> {}

  async close(): Promise<void> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel({ backend: this.name, id })));
  }

  #advance(): void {
    for (const job of this.#jobs.values())
      while (this.#running.size < SLOTS && job.waiting.length > 0) this.#start(job, job.waiting.shift()!);
  }

  #start(job: ToyJob, index: number): void {
    const { id, store } = job.order;
    const child = spawn(process.execPath, [CLI, 'worker', '--store', store.location, '--job', id], {
      env: { ...process.env, SPICELAB_INDEX: String(index) },
      stdio: 'ignore',
    });
    this.#running.set(child, job);
    const who = { worker: `${hostname()}-${child.pid}`, host: hostname() };
    job.tasks.set(index, { state: 'running', ...who });
    job.wake();
    child.once('exit', (code, signal) => {
      this.#running.delete(child);
      const detail = signal ? `ended by ${signal}` : `ended with exit code ${code}`;
      job.tasks.set(index, { state: 'ended', ...who, ...(code === 0 ? {} : { reason: 'crash', detail }) });
      job.wake();
      this.#advance();
    });
  }
}
