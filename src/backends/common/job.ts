import type { Job, JobEvent, LossReason } from '../../backend.ts';
import type { EngineIdentity } from '../../engine.ts';
import type { SerializedError } from '../../errors/index.ts';
import { type Chunk, type FromWorker, partPayload } from '../../protocol/index.ts';
import { Deque } from './deque.ts';
import { foreignWorker } from './foreign-worker.ts';
import { JobEvents } from './job-events.ts';

/** A chunk on its way to a worker. */
export interface Task {
  readonly chunk: Chunk;
  readonly job: AcceptedJob;
}

/** What events tell of a worker. */
export interface WorkerFacts {
  readonly name: string;
  readonly host: string;
  readonly engine: EngineIdentity | undefined;
}

/** A job that a backend has taken: its waiting chunks and its events. Every chunk ends once, `done` follows the last. */
export class AcceptedJob {
  readonly id: string;
  readonly request: Job;
  /** Jobs of equal keys want the same plan on the same engine. */
  readonly key: string;
  readonly waiting: Deque<Task>;
  readonly events: JobEvents;
  readonly #open = new Set<string>();
  /** Worker -> the engine it was told of with. */
  readonly #workers = new Map<string, EngineIdentity | undefined>();

  /** @param onDrain called when a watcher that had fallen behind has caught up, so that the job may be `ready` again */
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

  /** Whether a chunk waits that may be simulated now: parts that nobody fetches hold the job back. */
  get ready(): boolean {
    return this.waiting.length > 0 && !this.events.congested;
  }

  /** Puts a chunk that was not begun before those that wait, unless it has ended meanwhile. */
  giveBack(task: Task): void {
    if (this.#open.has(task.chunk.id)) this.waiting.unshift(task);
  }

  /**
   * Passes on what a worker says that concerns this job: of one of its chunks, or that none of them can be simulated,
   * because the plan does not load or the worker is of another release.
   */
  hear(message: FromWorker, payloads: readonly Uint8Array[], { name: worker }: WorkerFacts): void {
    switch (message.type) {
      case 'ready': {
        const foreign = foreignWorker(message);
        if (foreign) this.refuse(foreign.toJSON());
        return;
      }
      case 'refused':
        this.refuse(message.error);
        return;
      case 'started':
        if (this.#open.has(message.chunk)) this.events.add({ ...message, worker });
        return;
      case 'progress':
        if (this.#open.has(message.chunk)) this.events.add(message);
        return;
      case 'part':
        this.end({ type: 'part', chunk: message.chunk, worker, part: partPayload(message, payloads) });
        return;
      case 'failed':
        this.end(message);
        return;
    }
  }

  /** A chunk ends; what is said of it later is not passed on. */
  end(event: Extract<JobEvent, { type: 'part' | 'failed' | 'lost' }>): void {
    if (!this.#open.delete(event.chunk)) return;
    this.events.add(event);
    if (this.#open.size === 0) this.events.add({ type: 'done' });
  }

  /** Tells of a worker, the first time it works for this job, and when its engine is known. */
  workerUp({ name, host, engine }: WorkerFacts): void {
    if (this.ended || (this.#workers.has(name) && (!engine || this.#workers.get(name)))) return;
    this.#workers.set(name, engine);
    this.events.add({ type: 'worker', worker: name, host, state: 'up', engine });
  }

  /** For backends that hear of it by other ways than a worker's message. */
  started(chunk: string, worker: WorkerFacts): void {
    if (!this.#open.has(chunk)) return;
    this.workerUp(worker);
    this.events.add({ type: 'started', chunk, worker: worker.name });
  }

  /** What a person should know. */
  notice(message: string): void {
    if (!this.ended) this.events.add({ type: 'notice', message });
  }

  workerDown({ name, host }: WorkerFacts, reason: string): void {
    if (this.#workers.delete(name) && !this.ended)
      this.events.add({ type: 'worker', worker: name, host, state: 'down', reason });
  }

  /** Ends everything that waits; what a worker has begun may still end by itself. */
  refuse(error: SerializedError): void {
    for (let task = this.waiting.shift(); task; task = this.waiting.shift())
      this.end({ type: 'failed', chunk: task.chunk.id, cause: 'error', error });
  }

  /** Ends some chunks, wherever they are. */
  drop(chunks: readonly string[]): void {
    this.waiting.remove(({ chunk }) => chunks.includes(chunk.id));
    for (const chunk of chunks) this.end({ type: 'lost', chunk, reason: 'cancelled' });
  }

  /** Ends everything that has not ended. */
  abandon(reason: LossReason): void {
    while (this.waiting.shift());
    for (const chunk of [...this.#open]) this.end({ type: 'lost', chunk, reason });
  }
}
