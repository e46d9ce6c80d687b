import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Backend, Capabilities, Job, JobEvent, JobRef } from '../../backend.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { encodeBatchJob, JOB_FILE, jobKey, jobPlanKey, PLAN_FILE } from '../../protocol/index.ts';
import type { Store } from '../../store.ts';
import { type AcceptedJob, AcceptedJobs } from '../common/index.ts';
import { Follower } from './follower.ts';
import type { BatchOrder, BatchPlatform } from './platform.ts';

interface Live {
  readonly job: AcceptedJob;
  readonly ref: JobRef;
  readonly follower: Follower;
}

/** A backend whose workers read their orders from a store, or from what the platform carries, and write parts to the store. */
export class BatchBackend implements Backend {
  readonly name: string;
  readonly #platform: BatchPlatform;
  readonly #jobs: AcceptedJobs;
  readonly #live = new Map<string, Live>();
  #peakMemory = 0;
  #closed: Promise<void> | undefined;

  constructor(platform: BatchPlatform) {
    this.name = platform.name;
    this.#platform = platform;
    this.#jobs = new AcceptedJobs(platform.name, () => undefined);
  }

  get capabilities(): Capabilities {
    return this.#platform.capabilities;
  }

  get dashboard(): string | undefined {
    return this.#platform.dashboard;
  }

  get engines(): readonly string[] {
    return this.#platform.engines ?? ['wasm'];
  }

  async submit(request: Job): Promise<JobRef> {
    const store = this.#storeOf(request);
    const id = randomUUID();
    const job = this.#jobs.accept(request, id);
    if (request.chunks.length === 0) return { backend: this.name, id };
    try {
      const details = await this.#platform.submit(await this.#orderOf(id, request, store));
      const ref = { backend: this.name, id, details };
      this.#follow(job, ref, store);
      return ref;
    } catch (thrown) {
      this.#jobs.forget(id);
      throw thrown;
    }
  }

  async preview(request: Job): Promise<string> {
    const order = await this.#orderOf(randomUUID(), request, this.#storeOf(request));
    return (await this.#platform.preview?.(order)) ?? '';
  }

  async attach(ref: JobRef, request: Job): Promise<void> {
    const store = this.#storeOf(request);
    const job = this.#jobs.accept(request, ref.id);
    if (request.chunks.length > 0) this.#follow(job, ref, store);
  }

  watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent> {
    return this.#jobs.watch(ref, signal);
  }

  async cancel(ref: JobRef): Promise<void> {
    const live = this.#live.get(ref.id);
    if (!live) return;
    live.follower.stop();
    live.job.abandon('cancelled');
    await Promise.all([live.follower.over, this.#platform.cancel(live.ref)]);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const live = [...this.#live.values()];
    this.#jobs.close();
    await Promise.all(live.map(({ ref }) => this.cancel(ref)));
    await this.#platform.close();
  }

  async detach(): Promise<void> {
    const live = [...this.#live.values()];
    for (const { follower } of live) follower.stop();
    await Promise.all(live.map(({ follower }) => follower.over));
    this.#jobs.close();
    await this.#platform.close();
  }

  #storeOf({ store }: Job): Store {
    if (store) return store;
    throw new SpiceLabError('INTERNAL', `${this.name} delivers through a store, and the job names none`);
  }

  async #orderOf(id: string, job: Job, store: Store): Promise<BatchOrder> {
    const documents = await this.#documents(id, job, store);
    return { id, job, store, documents, peakMemory: this.#peakMemory };
  }

  /** Writes to the store what the platform cannot carry; what it can, small documents first, is returned. */
  async #documents(id: string, request: Job, store: Store): Promise<ReadonlyMap<string, Uint8Array>> {
    const { plan, engine, chunks } = request;
    // a path is of this machine
    const { path: _, ...options } = engine.options;
    const job = encodeBatchJob({ job: id, plan: plan.id, engine: { name: engine.name, options }, chunks });
    const carried = new Map<string, Uint8Array>();
    const documents = [
      { file: JOB_FILE, key: jobKey(id), bytes: job },
      { file: PLAN_FILE, key: jobPlanKey(plan.id), bytes: gzipSync(plan.bytes) },
    ].sort((a, b) => a.bytes.length - b.bytes.length);
    let room = this.#platform.carries;
    for (const { file, key, bytes } of documents) {
      room -= bytes.length;
      if (room >= 0) carried.set(file, bytes);
      else await store.writeOnce(key, bytes);
    }
    return carried;
  }

  #follow(job: AcceptedJob, ref: JobRef, store: Store): void {
    const platform = this.#platform;
    const onMemory = (bytes: number) => {
      this.#peakMemory = Math.max(this.#peakMemory, bytes);
    };
    const follower = new Follower({ job, ref, store, platform, onMemory });
    this.#live.set(ref.id, { job, ref, follower });
    void follower.over.then(async () => {
      this.#live.delete(ref.id);
      if (job.ended) await platform.tidy?.(ref).catch(() => undefined);
    });
  }
}
