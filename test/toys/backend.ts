import type { Backend, Capabilities, Job, JobEvent, JobRef } from '../../src/backend.ts';
import {
  type AcceptedJob,
  AcceptedJobs,
  spawnWorker,
  type Task,
  WorkerProcess,
  workerFile,
} from '../../src/backends/common/index.ts';
import type { BackendKind, BackendOptions } from '../../src/backends/kind.ts';
import { SpiceLabError } from '../../src/errors/index.ts';

/** The least that a backend has to do: one job at a time, a worker process for each, one chunk after the other. */
export const toy: BackendKind = {
  name: 'toy',
  summary: 'a worker process for each job',
  open: async (options) => new ToyBackend(options),
};

class ToyBackend implements Backend {
  readonly name = toy.name;
  readonly capabilities: Capabilities = {
    delivery: 'stream',
    slots: 1,
    maxChunksPerSubmit: 10_000,
    chunkSeconds: { least: 0.5, most: 2 },
    detachable: false,
    preemptible: false,
  };
  readonly #options: BackendOptions;
  readonly #jobs = new AcceptedJobs(toy.name, () => this.#advance());
  #busy: { readonly job: AcceptedJob; readonly worker: WorkerProcess } | undefined;

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  async submit(request: Job): Promise<JobRef> {
    const { id } = this.#jobs.accept(request);
    this.#advance();
    return { backend: this.name, id };
  }

  watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent> {
    return this.#jobs.watch(ref, signal);
  }

  async cancel(ref: JobRef): Promise<void> {
    this.#jobs.get(ref)?.abandon('cancelled');
    // a simulation cannot be interrupted otherwise
    if (this.#busy?.job.id === ref.id) this.#busy.worker.kill();
  }

  async close(): Promise<void> {
    this.#jobs.close();
    this.#busy?.worker.kill();
    await this.#busy?.worker.stop(1000);
  }

  #advance(): void {
    const job = this.#busy ? undefined : [...this.#jobs].find(({ ready }) => ready);
    if (job) this.#busy = { job, worker: this.#employ(job) };
  }

  /** A worker for what waits of a job; when it is gone, the next one takes what is left. */
  #employ(job: AcceptedJob): WorkerProcess {
    let task: Task | undefined;
    let started = false;
    const next = (): void => {
      started = false;
      task = job.ready ? job.waiting.shift() : undefined;
      if (task) worker.run(task.chunk);
      else void worker.stop(1000);
    };
    const worker = new WorkerProcess(spawnWorker(this.#options.workerFile ?? workerFile()), {
      message: (message, payloads) => {
        job.hear(message, payloads, worker);
        if (message.type === 'ready') worker.load(job.request, this.#options.workerMemory ?? 2 ** 30);
        if (message.type === 'loaded') job.workerUp(worker);
        if (message.type === 'started') started = true;
        if (['loaded', 'refused', 'part', 'failed'].includes(message.type)) next();
      },
      ended: (how) => {
        const detail = `worker ${worker.name} ${how}:\n${worker.printed}`;
        if (task && started) job.end({ type: 'lost', chunk: task.chunk.id, reason: 'crash', detail });
        // ordered after the worker's farewell, so not begun and nobody's fault
        else if (task) job.giveBack(task);
        if (!worker.engine) job.refuse(new SpiceLabError('WORKER_FAILED', detail).toJSON());
        job.workerDown(worker, how);
        this.#busy = undefined;
        this.#advance();
      },
    });
    return worker;
  }
}
