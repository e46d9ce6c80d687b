import type { Backend, Capabilities, Job, JobEvent, JobRef } from '../../backend.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { AcceptedJobs, workerFile } from '../common/index.ts';
import type { BackendKind, BackendOptions } from '../kind.ts';
import { physicalCores } from './cores.ts';
import { memoryShare } from './memory.ts';
import { Pool } from './pool.ts';

const NAME = 'local';

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
  readonly #jobs = new AcceptedJobs(NAME, () => this.#pool.advance());

  constructor(options: BackendOptions) {
    const workers = options.workers ?? physicalCores();
    if (!Number.isInteger(workers) || workers < 1)
      throw new SpiceLabError('OPTION_INVALID', `${workers} workers are not possible`, {
        remedy: 'Give a whole number from 1 on.',
      });
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
      workerMemory: options.workerMemory ?? memoryShare(workers),
    });
    this.#pool.warmUp(options.spawned ?? []);
  }

  async submit(request: Job): Promise<JobRef> {
    const job = this.#jobs.accept(request);
    this.#pool.add(job);
    return { backend: NAME, id: job.id };
  }

  watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent> {
    return this.#jobs.watch(ref, signal);
  }

  async cancel(ref: JobRef): Promise<void> {
    const job = this.#jobs.get(ref);
    if (job) this.#pool.cancel(job);
  }

  async cancelChunks(ref: JobRef, chunks: readonly string[]): Promise<void> {
    const job = this.#jobs.get(ref);
    if (job) this.#pool.cancelChunks(job, chunks);
  }

  async close(): Promise<void> {
    this.#jobs.close();
    await this.#pool.close();
  }
}
