import type { ChildProcess } from 'node:child_process';
import type { FromWorker } from '../../protocol/index.ts';
import {
  type AcceptedJob,
  foreignWorker,
  giveBackAll,
  hopeless,
  isLiving,
  OpenJobs,
  spawnWorker,
  type Task,
  WorkerProcess,
} from '../common/index.ts';
import { chooseJob } from './choose-job.ts';
import { Nursery } from './nursery.ts';
import { Slot } from './slot.ts';

export interface PoolOptions {
  readonly workers: number;
  readonly workerFile: string;
  /** Bytes of resident memory that a worker may take. */
  readonly workerMemory: number;
}

const STOP_MILLISECONDS = 1500;
/** A worker that has not said a word until then never will. */
const START_MILLISECONDS = 30_000;

/** Worker processes over one queue of all jobs: first come, first served, but a worker takes turns with its loaded plan. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #jobs = new OpenJobs();
  readonly #slots = new Set<Slot>();
  readonly #nursery = new Nursery(() => this.advance());
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  add(job: AcceptedJob): void {
    this.#jobs.add(job);
    this.advance();
  }

  /** Ends a job; workers that hold chunks of it are replaced, because a simulation cannot be interrupted otherwise. */
  cancel(job: AcceptedJob): void {
    job.abandon('cancelled');
    this.#evict((task) => task.job === job);
  }

  /** Ends some chunks of a job in the same way. */
  cancelChunks(job: AcceptedJob, chunks: readonly string[]): void {
    job.drop(chunks);
    this.#evict(({ chunk }) => chunks.includes(chunk.id));
  }

  /** Ends every worker; busy ones at once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#nursery.close();
    await Promise.all(
      Array.from(this.#slots, (slot) => {
        if (slot.tasks.length > 0) slot.process.kill();
        return slot.process.stop(STOP_MILLISECONDS);
      }),
    );
  }

  /** Starts all workers before there is anything to do: what they will be told is known by the time they are up. */
  warmUp(spawned: readonly ChildProcess[]): void {
    const living = spawned.filter(isLiving);
    for (let k = 0; k < this.#options.workers; k++) this.#start(living[k]);
  }

  /** Starts what workers are missing and gives every worker what it can take. */
  advance(): void {
    if (this.#closed) return;
    this.#jobs.prune();
    this.#recruit();
    for (const slot of this.#slots) this.#feed(slot);
  }

  /** Ends workers by what they are at. Chunks behind another's are so short that they may run; nobody hears of them. */
  #evict(isMeant: (task: Task) => boolean): void {
    for (const slot of this.#slots) {
      const [at] = slot.tasks;
      if (!at || !isMeant(at)) continue;
      slot.state = 'leaving';
      slot.started = undefined;
      this.#takeBack(slot);
      slot.process.kill();
    }
    this.advance();
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

  #start(child: ChildProcess = spawnWorker(this.#options.workerFile)): void {
    const slot: Slot = new Slot(
      new WorkerProcess(child, {
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
      job.workerUp(slot.process);
      slot.tasks.push(task);
      slot.process.run(task.chunk);
    }
  }

  #load(slot: Slot, job: AcceptedJob): void {
    slot.state = 'loading';
    slot.key = job.key;
    slot.turned = performance.now();
    slot.process.load(job.request, this.#options.workerMemory);
  }

  #heard(slot: Slot, message: FromWorker, payloads: readonly Uint8Array[]): void {
    switch (message.type) {
      case 'ready': {
        const foreign = foreignWorker(message);
        if (foreign) {
          slot.state = 'leaving';
          slot.process.kill();
          this.#jobs.refuse(undefined, foreign.toJSON());
          return;
        }
        slot.state = 'ready';
        break;
      }
      case 'loaded':
        slot.state = 'ready';
        this.#nursery.thrives();
        break;
      case 'refused':
        this.#jobs.refuse(slot.key, message.error);
        slot.key = undefined;
        slot.state = 'ready';
        break;
      case 'started':
        slot.begins(message.chunk);
        slot.started?.job.hear(message, payloads, slot.process);
        return;
      case 'progress':
        slot.started?.job.hear(message, payloads, slot.process);
        return;
      case 'part':
        slot.took(message.seconds);
        slot.release(message.chunk)?.job.hear(message, payloads, slot.process);
        break;
      case 'failed':
        slot.release(message.chunk)?.job.hear(message, payloads, slot.process);
        break;
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
    const detail = `worker ${slot.process.name} ${how}${printed ? `:\n${printed}` : ''}`;
    const { started } = slot;
    if (started) {
      slot.release(started.chunk.id);
      started.job.end({ type: 'lost', chunk: started.chunk.id, reason: 'crash', detail });
    }
    this.#takeBack(slot);
    for (const job of this.#jobs) job.workerDown(slot.process, how);
    const unborn = slot.state === 'starting' || slot.state === 'loading';
    if (unborn && this.#nursery.died()) this.#jobs.refuse(slot.key, hopeless(detail));
    this.advance();
  }

  /** Chunks that were not begun go back to the front of their queues, blamed for nothing. */
  #takeBack(slot: Slot): void {
    const tasks = slot.tasks.filter((task) => task !== slot.started);
    for (const { chunk } of tasks) slot.release(chunk.id);
    giveBackAll(tasks);
  }
}
