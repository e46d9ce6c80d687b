import type { Job, JobEvent, LossReason } from '../../backend.ts';
import type { SerializedError } from '../../errors/index.ts';
import type { Chunk } from '../../protocol/index.ts';
import { Deque } from './deque.ts';
import { JobEvents } from './job-events.ts';

/** A chunk on its way through the pool. */
export interface Task {
  readonly chunk: Chunk;
  readonly job: LocalJob;
}

/** A job of the pool: its waiting chunks and its events; every chunk ends once, `done` follows the last. */
export class LocalJob {
  readonly id: string;
  readonly request: Job;
  /** Jobs of equal keys want the same plan on the same engine. */
  readonly key: string;
  readonly waiting: Deque<Task>;
  readonly events: JobEvents;
  readonly #open = new Set<string>();
  readonly #workers = new Set<string>();

  constructor(id: string, request: Job, onDrain: () => void) {
    this.id = id;
    this.request = request;
    this.key = JSON.stringify([request.plan.id, request.engine.name, request.engine.options]);
    this.waiting = new Deque(request.chunks.map((chunk) => ({ chunk, job: this })));
    this.events = new JobEvents(onDrain);
    for (const { id: chunk } of request.chunks) this.#open.add(chunk);
    if (this.#open.size === 0) this.events.add({ type: 'done' });
  }

  get ended(): boolean {
    return this.#open.size === 0;
  }

  tell(event: Extract<JobEvent, { type: 'started' | 'progress' }>): void {
    if (this.#open.has(event.chunk)) this.events.add(event);
  }

  /** A chunk ends; what is said of it later is not passed on. */
  end(event: Extract<JobEvent, { type: 'part' | 'failed' | 'lost' }>): void {
    if (!this.#open.delete(event.chunk)) return;
    this.events.add(event);
    if (this.#open.size === 0) this.events.add({ type: 'done' });
  }

  /** Tells of a worker, the first time it works for this job. */
  workerUp(event: Extract<JobEvent, { type: 'worker' }>): void {
    if (this.ended || this.#workers.has(event.worker)) return;
    this.#workers.add(event.worker);
    this.events.add(event);
  }

  workerDown(event: Extract<JobEvent, { type: 'worker' }>): void {
    if (this.#workers.delete(event.worker) && !this.ended) this.events.add(event);
  }

  /** Ends everything that waits. */
  refuse(error: SerializedError): void {
    for (let task = this.waiting.shift(); task; task = this.waiting.shift())
      this.end({ type: 'failed', chunk: task.chunk.id, cause: 'error', error });
  }

  /** Ends everything that has not ended. */
  abandon(reason: LossReason): void {
    while (this.waiting.shift());
    for (const chunk of [...this.#open]) this.end({ type: 'lost', chunk, reason });
  }
}
