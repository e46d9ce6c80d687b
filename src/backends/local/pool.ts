import { type SerializedError, SpiceLabError } from '../../errors/index.ts';
import { type FromWorker, PROTOCOL_VERSION } from '../../protocol/index.ts';
import { chooseJob } from './choose-job.ts';
import type { LocalJob } from './job.ts';
import { Nursery } from './nursery.ts';
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
const STOP_MILLISECONDS = 1500;
/** A worker that has not said a word until then never will. */
const START_MILLISECONDS = 30_000;

/** Worker processes over one queue of all jobs: first come, first served, but a worker takes turns with its loaded plan. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #jobs = new Set<LocalJob>();
  readonly #slots = new Set<Slot>();
  readonly #nursery = new Nursery(() => this.advance());
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
    this.#nursery.close();
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
    if (this.#nursery.waiting) return;
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
    setTimeout(() => {
      if (slot.state === 'starting') slot.process.kill();
    }, START_MILLISECONDS).unref();
  }

  #feed(slot: Slot): void {
    while (slot.state === 'ready' && slot.tasks.length < slot.depth) {
      const job = chooseJob(slot, this.#jobs, this.#slots, performance.now());
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
        this.#nursery.thrives();
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
    const unborn = slot.state === 'starting' || slot.state === 'loading';
    if (unborn && this.#nursery.died()) this.#refuse(slot.key, hopeless(detail).toJSON());
    this.advance();
  }

  /** Chunks that were not begun go back to the front of their queues, blamed for nothing. */
  #takeBack(slot: Slot): void {
    for (const task of slot.tasks.filter((candidate) => candidate !== slot.started).reverse()) {
      slot.release(task.chunk.id);
      if (!task.job.ended) task.job.waiting.unshift(task);
    }
  }

  /** Ends what waits for a plan and engine, or everything where there is no key. */
  #refuse(key: string | undefined, error: SerializedError): void {
    for (const job of this.#jobs) if (key === undefined || job.key === key) job.refuse(error);
  }
}

function hopeless(detail: string): SpiceLabError {
  return new SpiceLabError('BACKEND_FAILED', `worker after worker ended at start; ${detail}`, {
    remedy: 'Run `spicelab doctor` to see whether the engine works here.',
  });
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
