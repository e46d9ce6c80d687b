import type { SerializedError } from '../../errors/index.ts';
import type { AcceptedJob, Task } from './job.ts';

/** Jobs of which chunks have not ended, oldest first. */
export class OpenJobs implements Iterable<AcceptedJob> {
  readonly #jobs = new Set<AcceptedJob>();

  [Symbol.iterator](): Iterator<AcceptedJob> {
    return this.#jobs.values();
  }

  add(job: AcceptedJob): void {
    if (!job.ended) this.#jobs.add(job);
  }

  /** Forgets those that have ended. */
  prune(): void {
    for (const job of this.#jobs) if (job.ended) this.#jobs.delete(job);
  }

  /** Ends what waits for a plan and engine, or everything where there is no key. */
  refuse(key: string | undefined, error: SerializedError): void {
    for (const job of this.#jobs) if (key === undefined || job.key === key) job.refuse(error);
  }
}

/** Puts chunks that were not begun before those that wait, in their order. */
export function giveBackAll(tasks: readonly Task[]): void {
  for (const task of [...tasks].reverse()) task.job.giveBack(task);
}

/** Why nobody tries any more to load a plan. */
export const hopeless = (detail: string): SerializedError => ({
  code: 'BACKEND_FAILED',
  message: `worker after worker ended at start; ${detail}`,
  remedy: 'Run `spicelab doctor` on its host to see whether the engine works there.',
});
