import type { SerializedError } from '../../errors/index.ts';
import {
  type AcceptedJob,
  giveBackAll,
  hopeless,
  type OpenJobs,
  type Task,
  type WorkerFacts,
} from '../common/index.ts';
import type { FromBridge, Said } from './messages.ts';

/** A chunk that is with the bridge. */
interface Flight {
  readonly task: Task;
  worker?: WorkerFacts;
}

/** Deaths in a row, without a part, of workers that load a plan. */
const MOST_DEATHS = 3;

/** The chunks that are with the bridge, and what becomes of them. */
export class Flights {
  readonly #jobs: OpenJobs;
  readonly #flights = new Map<string, Flight>();
  readonly #deaths = new Map<string, number>();

  /** @param jobs those whose chunks these are */
  constructor(jobs: OpenJobs) {
    this.#jobs = jobs;
  }

  get size(): number {
    return this.#flights.size;
  }

  add(task: Task): void {
    this.#flights.set(task.chunk.id, { task });
  }

  /** Ids of a job's chunks. */
  of(job: AcceptedJob): string[] {
    return [...this.#flights].filter(([, { task }]) => task.job === job).map(([chunk]) => chunk);
  }

  /** Passes on what a far worker says of a chunk; `true` when it was the last word of a healthy one. */
  said({ chunk, worker, host, engine, message }: Said, payloads: readonly Uint8Array[]): boolean {
    const flight = this.#flights.get(chunk);
    if (!flight) return false;
    const { job } = flight.task;
    const facts = { name: worker, host, engine: engine ?? undefined };
    flight.worker = facts;
    if (message.type === 'refused') {
      this.refuse([flight.task], onHost(message.error, host));
      return false;
    }
    job.workerUp(facts);
    const ended = message.type === 'part' || message.type === 'failed';
    if (ended) {
      this.#flights.delete(chunk);
      this.#deaths.delete(job.key);
    }
    job.hear(message, payloads, facts);
    return ended;
  }

  /** A chunk that had not begun is given back; no more often than its plan can be hoped to load. */
  lost({ chunk, reason, detail, started }: Extract<FromBridge, { type: 'lost' }>): void {
    const flight = this.#flights.get(chunk);
    if (!flight) return;
    this.#flights.delete(chunk);
    const { task, worker } = flight;
    if (worker) task.job.workerDown(worker, detail || reason);
    if (started) task.job.end({ type: 'lost', chunk, reason, detail });
    else if (reason === 'crash' && this.#unborn(task.job.key)) this.refuse([task], hopeless(detail));
    else task.job.giveBack(task);
  }

  /** Nothing of these chunks' plan and engine can be simulated. */
  refuse(tasks: readonly Task[], error: SerializedError): void {
    for (const { chunk, job } of tasks) {
      this.#flights.delete(chunk.id);
      job.end({ type: 'failed', chunk: chunk.id, cause: 'error', error });
      this.#jobs.refuse(job.key, error);
    }
  }

  /** These have not left. */
  takeBack(tasks: readonly Task[]): void {
    for (const { chunk } of tasks) this.#flights.delete(chunk.id);
    giveBackAll(tasks);
  }

  /** The bridge is gone: what some worker had is lost, the rest is given back. */
  abandon(detail: string): void {
    for (const [chunk, { task, worker }] of this.#flights) {
      if (!worker) continue;
      this.#flights.delete(chunk);
      task.job.end({ type: 'lost', chunk, reason: 'unreachable', detail });
    }
    this.takeBack([...this.#flights.values()].map(({ task }) => task));
  }

  /** Nothing can be simulated any more. */
  breakDown(error: SerializedError): void {
    for (const [chunk, { task }] of this.#flights)
      task.job.end({ type: 'failed', chunk, cause: 'error', error });
    this.#flights.clear();
    this.#jobs.refuse(undefined, error);
  }

  /** Counts workers that die before they begin; `true` when it was one too many in a row. */
  #unborn(key: string): boolean {
    const deaths = (this.#deaths.get(key) ?? 0) + 1;
    this.#deaths.set(key, deaths);
    return deaths >= MOST_DEATHS;
  }
}

/** What a host lacks is told with its name. */
const onHost = (error: SerializedError, host: string): SerializedError =>
  error.code === 'ENGINE_MISSING' ? { ...error, message: `the host ${host}: ${error.message}` } : error;
