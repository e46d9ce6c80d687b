import { totalmem } from 'node:os';
import { type SerializedError, SpiceLabError } from '../../errors/index.ts';
import { type FromWorker, PROTOCOL_VERSION } from '../../protocol/index.ts';
import type { LocalJob } from './job.ts';
import { Slot } from './slot.ts';
import { WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  readonly workers: number;
  readonly workerFile: string;
  /** Bytes of resident memory: a worker over `recycle` is replaced after its chunk, one over `limit` at once. */
  readonly memory: { readonly recycle: number; readonly limit: number };
}

/** Seconds that a sample may take where nobody says. */
const SAMPLE_SECONDS = 60;
/** How long a worker stays with its plan while jobs of another one wait; milliseconds. */
const TURN_MILLISECONDS = 2000;
const MOST_DEATHS = 3;
const BACKOFF_MILLISECONDS = 200;
const STOP_MILLISECONDS = 1500;

/** A fair share of this machine's memory for each of so many workers. */
export function memoryShare(workers: number): number {
  const allowed = process.constrainedMemory?.() ?? 0;
  const total = allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
  return Math.max(2 ** 30, Math.floor((0.8 * total) / workers));
}

/** Worker processes over one queue of all jobs: first come, first served, but a worker takes turns with its loaded plan. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #jobs = new Set<LocalJob>();
  readonly #slots = new Set<Slot>();
  /** Workers in a row that died before they had loaded a plan. */
  #deaths = 0;
  #backoff: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  add(job: LocalJob): void {
    if (this.#closed) throw new SpiceLabError('BACKEND_FAILED', 'the local backend is closed');
    if (job.ended) return;
    this.#jobs.add(job);
    this.advance();
  }

  /** Ends a job; workers that hold chunks of it are replaced, because a simulation cannot be interrupted otherwise. */
  cancel(job: LocalJob): void {
    job.abandon('cancelled');
    for (const slot of this.#slots) {
      // Chunks behind another job's are so short that they may run; nobody hears of them.
      if (slot.tasks[0]?.job !== job) continue;
      slot.state = 'leaving';
      slot.started = undefined;
      this.#takeBack(slot);
      slot.process.kill();
    }
    this.advance();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#backoff);
    for (const job of this.#jobs) job.abandon('cancelled');
    await Promise.all(
      Array.from(this.#slots, (slot) => {
        if (slot.tasks.length > 0) slot.process.kill();
        return slot.process.stop(STOP_MILLISECONDS);
      }),
    );
  }

  /** Starts what workers are missing and gives every worker what it can take. */
  advance(): void {
    if (this.#closed) return;
    for (const job of this.#jobs) if (job.ended) this.#jobs.delete(job);
    this.#recruit();
    for (const slot of this.#slots) this.#feed(slot);
  }

  #recruit(): void {
    if (this.#backoff) return;
    let waiting = 0;
    for (const job of this.#jobs) waiting += job.waiting.length;
    let staying = 0;
    let idle = 0;
    for (const slot of this.#slots) {
      if (slot.state === 'leaving') continue;
      staying++;
      if (slot.tasks.length === 0) idle++;
    }
    for (; staying < this.#options.workers && idle < waiting; staying++, idle++) this.#start();
  }

  #start(): void {
    const slot: Slot = new Slot(
      new WorkerProcess(this.#options.workerFile, {
        message: (message, payloads) => this.#heard(slot, message, payloads),
        ended: (how) => this.#gone(slot, how),
      }),
    );
    this.#slots.add(slot);
  }

  #feed(slot: Slot): void {
    while (slot.state === 'ready' && slot.tasks.length < slot.depth) {
      const job = this.#choose(slot);
      if (!job) return;
      if (job.key !== slot.key) {
        if (slot.tasks.length === 0) this.#load(slot, job);
        return;
      }
      const task = job.waiting.shift()!;
      this.#present(slot, job);
      slot.tasks.push(task);
      slot.process.send({ type: 'run', chunk: task.chunk });
    }
  }

  /** The oldest job, unless the worker may stay with its plan for a while. */
  #choose(slot: Slot): LocalJob | undefined {
    let oldest: LocalJob | undefined;
    for (const job of this.#jobs) {
      if (job.waiting.length === 0 || job.events.congested) continue;
      if (job.key === slot.key) return job;
      if (this.#loading(job.key) >= job.waiting.length) continue;
      if (performance.now() - slot.turned > TURN_MILLISECONDS) return oldest ?? job;
      oldest ??= job;
    }
    return oldest;
  }

  #loading(key: string): number {
    let count = 0;
    for (const slot of this.#slots) if (slot.state === 'loading' && slot.key === key) count++;
    return count;
  }

  #load(slot: Slot, job: LocalJob): void {
    const { plan, engine } = job.request;
    slot.state = 'loading';
    slot.key = job.key;
    slot.turned = performance.now();
    const sampleSeconds = engine.options.sampleSeconds ?? SAMPLE_SECONDS;
    const { memory } = this.#options;
    slot.process.send(
      {
        type: 'load',
        planId: plan.id,
        engine: engine.name,
        options: engine.options,
        sampleSeconds,
        memory,
      },
      [plan.bytes],
    );
  }

  #present(slot: Slot, job: LocalJob): void {
    const engine = slot.engine ? { engine: slot.engine } : {};
    job.workerUp({ type: 'worker', worker: slot.name, host: slot.host, state: 'up', ...engine });
  }

  #heard(slot: Slot, message: FromWorker, payloads: readonly Uint8Array[]): void {
    switch (message.type) {
      case 'ready':
        if (message.protocol !== PROTOCOL_VERSION) {
          slot.state = 'leaving';
          slot.process.kill();
          this.#refuse(undefined, foreignWorker(message.protocol).toJSON());
          return;
        }
        slot.host = message.host;
        slot.state = 'ready';
        break;
      case 'loaded':
        slot.engine = message.engine;
        slot.state = 'ready';
        this.#deaths = 0;
        break;
      case 'refused':
        this.#refuse(slot.key, message.error);
        slot.key = undefined;
        slot.state = 'ready';
        break;
      case 'started':
        slot.started = slot.tasks.find((task) => task.chunk.id === message.chunk);
        slot.started?.job.tell({ type: 'started', chunk: message.chunk, worker: slot.name });
        return;
      case 'progress':
        slot.started?.job.tell({ type: 'progress', chunk: message.chunk, done: message.done });
        return;
      case 'part': {
        const { chunk, type: _type, ...facts } = message;
        const table = payloads[0] ?? new Uint8Array();
        const waveforms = payloads[1] ? { waveforms: payloads[1] } : {};
        slot.took(message.seconds);
        const part = withoutUndefined({ ...facts, table, ...waveforms });
        slot.release(chunk)?.job.end({ type: 'part', chunk, worker: slot.name, part });
        break;
      }
      case 'failed': {
        const { type, chunk, cause, error, suspect } = message;
        const where = suspect === undefined ? {} : { suspect };
        slot.release(chunk)?.job.end({ type, chunk, cause, error, ...where });
        break;
      }
      case 'bye':
        slot.state = 'leaving';
        this.#takeBack(slot);
        break;
    }
    this.advance();
  }

  #gone(slot: Slot, how: string): void {
    this.#slots.delete(slot);
    const unexpected = slot.state !== 'leaving';
    const printed = slot.process.printed;
    const detail = `worker ${slot.name} ${how}${printed ? `:\n${printed}` : ''}`;
    const { started } = slot;
    if (started) {
      slot.release(started.chunk.id);
      started.job.end({ type: 'lost', chunk: started.chunk.id, reason: 'crash', detail });
    }
    this.#takeBack(slot);
    for (const job of this.#jobs)
      job.workerDown({ type: 'worker', worker: slot.name, host: slot.host, state: 'down', reason: how });
    if (unexpected && (slot.state === 'starting' || slot.state === 'loading')) this.#stillborn(slot, detail);
    this.advance();
  }

  /** Chunks that were not begun go back to the front of their queues, blamed for nothing. */
  #takeBack(slot: Slot): void {
    for (const task of slot.tasks.filter((candidate) => candidate !== slot.started).reverse()) {
      slot.release(task.chunk.id);
      if (!task.job.ended) task.job.waiting.unshift(task);
    }
  }

  #stillborn(slot: Slot, detail: string): void {
    this.#deaths++;
    if (this.#deaths < MOST_DEATHS) {
      const wait = BACKOFF_MILLISECONDS * 2 ** (this.#deaths - 1);
      this.#backoff ??= setTimeout(() => {
        this.#backoff = undefined;
        this.advance();
      }, wait);
      return;
    }
    this.#deaths = 0;
    const error = new SpiceLabError(
      'BACKEND_FAILED',
      `${MOST_DEATHS} workers in a row ended at start; ${detail}`,
      {
        remedy: 'Run `spicelab doctor` to see whether the engine works here.',
      },
    );
    this.#refuse(slot.key, error.toJSON());
  }

  /** Ends what waits for a plan and engine, or everything where there is no key. */
  #refuse(key: string | undefined, error: SerializedError): void {
    for (const job of this.#jobs) if (key === undefined || job.key === key) job.refuse(error);
  }
}

function foreignWorker(protocol: number): SpiceLabError {
  return new SpiceLabError(
    'BACKEND_FAILED',
    `the worker speaks protocol ${protocol}, not ${PROTOCOL_VERSION}`,
    {
      remedy: 'Run `npm run build` in a checkout, or install spicelab again.',
    },
  );
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}
