import type { Task, WorkerProcess } from '../common/index.ts';

/** Seconds of work that should wait in front of a worker, so that it is never idle. */
const AHEAD_SECONDS = 0.02;
const MOST_AHEAD = 8;
/** A worker that is at a chunk for so long has nothing put in front of it: it may hang. */
const SLOW_MILLISECONDS = 500;

/** A worker as the pool sees it. */
export class Slot {
  readonly process: WorkerProcess;
  state: 'starting' | 'ready' | 'loading' | 'leaving' = 'starting';
  /** Plan and engine that are loaded, or being loaded. */
  key: string | undefined;
  /** When it turned to that plan; milliseconds. */
  turned = 0;
  /** Chunks it was given and has not answered, in order. */
  readonly tasks: Task[] = [];
  /** The chunk that it is at. */
  started: Task | undefined;
  #startedAt = 0;
  #chunkSeconds: number | undefined;

  constructor(process: WorkerProcess) {
    this.process = process;
  }

  /** Chunks it should hold: one until their length is known, more when they are short. */
  get depth(): number {
    if (this.#chunkSeconds === undefined) return 1;
    if (this.started && performance.now() - this.#startedAt > SLOW_MILLISECONDS) return 1;
    return Math.min(MOST_AHEAD, 1 + Math.floor(AHEAD_SECONDS / Math.max(this.#chunkSeconds, 1e-6)));
  }

  /** It is at this chunk now. */
  begins(chunk: string): void {
    this.started = this.tasks.find((task) => task.chunk.id === chunk);
    this.#startedAt = performance.now();
  }

  /** Takes a task off its hands, by the id of its chunk. */
  release(chunk: string): Task | undefined {
    const index = this.tasks.findIndex((task) => task.chunk.id === chunk);
    if (index < 0) return undefined;
    const [task] = this.tasks.splice(index, 1);
    if (this.started === task) this.started = undefined;
    return task;
  }

  /** Running average of the chunks' duration. */
  took(seconds: number): void {
    this.#chunkSeconds =
      this.#chunkSeconds === undefined ? seconds : 0.7 * this.#chunkSeconds + 0.3 * seconds;
  }
}
