import { randomUUID } from 'node:crypto';
import type { Backend, Capabilities, Job, JobEvent, JobRef } from '../../backend.ts';
import { SpiceLabError } from '../../errors/index.ts';
import type { BackendKind, BackendOptions } from '../kind.ts';
import { physicalCores } from './cores.ts';
import { LocalJob } from './job.ts';
import { memoryShare } from './memory.ts';
import { Pool } from './pool.ts';
import { workerFile } from './worker-file.ts';

const NAME = 'local';
/** Share of a worker's memory limit at which it is replaced between two chunks. */
const RECYCLE_SHARE = 0.6;

/** Workers as child processes of this one; as many as physical cores by default. They end with this process. */
export const local: BackendKind = {
  name: NAME,
  summary: 'worker processes on this machine',
  open: async (options) => new LocalBackend(options),
};

class LocalBackend implements Backend {
  readonly name = NAME;
  readonly capabilities: Capabilities;
  readonly #pool: Pool;
  readonly #jobs = new Map<string, LocalJob>();

  constructor(options: BackendOptions) {
    const workers = options.workers ?? physicalCores();
    if (!Number.isInteger(workers) || workers < 1)
      throw new SpiceLabError('OPTION_INVALID', `${workers} workers are not possible`, {
        remedy: 'Give a whole number from 1 on.',
      });
    const limit = options.workerMemory ?? memoryShare(workers);
    this.capabilities = {
      delivery: 'stream',
      slots: workers,
      maxChunksPerSubmit: 100_000,
      chunkSeconds: { least: 0.5, most: 2 },
      detachable: false,
      preemptible: false,
    };
    this.#pool = new Pool({
      workers,
      workerFile: options.workerFile ?? workerFile(),
      memory: { limit, recycle: RECYCLE_SHARE * limit },
    });
  }

  async submit(request: Job): Promise<JobRef> {
    const job = new LocalJob(randomUUID(), request, () => this.#pool.advance());
    this.#pool.add(job);
    this.#jobs.set(job.id, job);
    return { backend: NAME, id: job.id };
  }

  async *watch(ref: JobRef, signal?: AbortSignal): AsyncGenerator<JobEvent> {
    for await (const event of this.#find(ref).events.take(signal)) {
      if (event.type === 'done') this.#jobs.delete(ref.id);
      yield event;
    }
  }

  async cancel(ref: JobRef): Promise<void> {
    const job = this.#jobs.get(ref.id);
    if (job) this.#pool.cancel(job);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #find(ref: JobRef): LocalJob {
    const job = this.#jobs.get(ref.id);
    if (job) return job;
    throw new SpiceLabError('BACKEND_FAILED', `the local backend has no job ${ref.id} to watch`, {
      remedy: 'Local jobs end with the process that submitted them; resume the run instead.',
    });
  }
}
