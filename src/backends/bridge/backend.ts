import type { Backend, Capabilities, Job, JobEvent, JobRef } from '../../backend.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { AcceptedJobs } from '../common/index.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';

/** A backend whose chunks Python carries to a cluster. */
export class BridgeBackend implements Backend {
  readonly name: string;
  readonly #dispatcher: Dispatcher;
  readonly #jobs: AcceptedJobs;

  /** Resolves when the cluster has answered. @throws SpiceLabError BACKEND_UNUSABLE with what is missing */
  static async open(options: DispatcherOptions): Promise<BridgeBackend> {
    const backend = new BridgeBackend(options);
    try {
      await backend.#dispatcher.opened;
    } catch (thrown) {
      await backend.close();
      throw thrown;
    }
    return backend;
  }

  private constructor(options: DispatcherOptions) {
    this.name = options.kind;
    this.#dispatcher = new Dispatcher(options);
    this.#jobs = new AcceptedJobs(options.kind, () => this.#dispatcher.advance());
  }

  get capabilities(): Capabilities {
    return {
      delivery: 'stream',
      slots: Math.max(1, this.#dispatcher.slots),
      backlog: this.#dispatcher.backlog,
      maxChunksPerSubmit: 100_000,
      chunkSeconds: { least: 0.5, most: 2 },
      detachable: false,
      preemptible: this.#dispatcher.foreign,
    };
  }

  /** Where to watch the cluster, where it says. */
  get dashboard(): string | undefined {
    return this.#dispatcher.dashboard;
  }

  /** Simulators that every host of the cluster has; the embedded one travels to those that have none. */
  get engines(): readonly string[] {
    return this.#dispatcher.engines;
  }

  async submit(request: Job): Promise<JobRef> {
    const broken = this.#dispatcher.broken;
    if (broken) throw SpiceLabError.fromJSON(broken);
    const job = this.#jobs.accept(request);
    this.#dispatcher.add(job);
    return { backend: this.name, id: job.id };
  }

  watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent> {
    return this.#jobs.watch(ref, signal);
  }

  async cancel(ref: JobRef): Promise<void> {
    const job = this.#jobs.get(ref);
    if (job) this.#dispatcher.cancel(job);
  }

  async cancelChunks(ref: JobRef, chunks: readonly string[]): Promise<void> {
    const job = this.#jobs.get(ref);
    if (job) this.#dispatcher.cancelChunks(job, chunks);
  }

  async close(): Promise<void> {
    this.#jobs.close();
    await this.#dispatcher.close();
  }
}
