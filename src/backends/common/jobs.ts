import { randomUUID } from 'node:crypto';
import type { Job, JobEvent, JobRef } from '../../backend.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { AcceptedJob } from './job.ts';

/** The jobs of a backend that keeps them in this process, oldest first; those that have ended go when they were watched. */
export class AcceptedJobs {
  readonly #backend: string;
  readonly #onDrain: () => void;
  readonly #jobs = new Map<string, AcceptedJob>();
  #closed = false;

  /**
   * @param backend its name
   * @param onDrain called when a job may be `ready` again, because its watcher has caught up
   */
  constructor(backend: string, onDrain: () => void) {
    this.#backend = backend;
    this.#onDrain = onDrain;
  }

  [Symbol.iterator](): Iterator<AcceptedJob> {
    return this.#jobs.values();
  }

  /**
   * @param id the job's own, where it has one already
   * @throws SpiceLabError BACKEND_FAILED after `close`
   */
  accept(request: Job, id: string = randomUUID()): AcceptedJob {
    if (this.#closed)
      throw new SpiceLabError('BACKEND_FAILED', `the ${this.#backend} backend is closed`, {
        remedy: 'Open it again.',
      });
    const job = new AcceptedJob(id, request, this.#onDrain);
    this.#jobs.set(job.id, job);
    return job;
  }

  /** A job that was not accepted after all. */
  forget(id: string): void {
    this.#jobs.delete(id);
  }

  get(ref: JobRef): AcceptedJob | undefined {
    return this.#jobs.get(ref.id);
  }

  /** What `Backend.watch` promises. @throws SpiceLabError BACKEND_FAILED for a job that there is not */
  async *watch(ref: JobRef, signal?: AbortSignal): AsyncGenerator<JobEvent> {
    const job = this.get(ref);
    if (!job)
      throw new SpiceLabError(
        'BACKEND_FAILED',
        `the ${this.#backend} backend has no job ${ref.id} to watch`,
        {
          remedy: 'Its jobs end with the process that submitted them; resume the run instead.',
        },
      );
    for await (const event of job.events.take(signal)) {
      if (event.type === 'done') this.#jobs.delete(ref.id);
      yield event;
    }
  }

  /** Every chunk that has not ended is lost, and no job is taken any more. */
  close(): void {
    this.#closed = true;
    for (const job of this) job.abandon('cancelled');
  }
}
