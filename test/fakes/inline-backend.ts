import type { Backend, Capabilities, Job, JobEvent, JobRef } from '../../src/backend.ts';
import type { Engine, EngineIdentity } from '../../src/engine.ts';
import { FormulaEngine } from '../../src/engines/formula/index.ts';
import { readPlan } from '../../src/plan/identity.ts';
import { createSampler } from '../../src/plan/sampler.ts';
import type { Plan } from '../../src/plan/schema.ts';
import { type Chunk, checksum, encodePart } from '../../src/protocol/index.ts';

/** What befalls a chunk instead of a part. */
export type Mishap =
  | Omit<Extract<JobEvent, { type: 'failed' }>, 'chunk'>
  | Omit<Extract<JobEvent, { type: 'lost' }>, 'chunk'>
  | { readonly type: 'corrupt' }
  | undefined;

export interface InlineOptions {
  readonly slots?: number;
  readonly engine?: () => Engine;
  readonly identity?: EngineIdentity;
  readonly mishap?: (chunk: Chunk, plan: Plan) => Mishap;
  /** Awaited before every chunk. */
  readonly before?: (chunk: Chunk) => Promise<void> | void;
}

/** A backend whose workers are this very process: for tests of what is above it. */
export class InlineBackend implements Backend {
  readonly name = 'inline';
  readonly capabilities: Capabilities;
  /** Every chunk that was ever asked for. */
  readonly asked: Chunk[] = [];
  /** Samples that were simulated, per plan. */
  readonly simulated = new Map<string, number[]>();
  private readonly options: InlineOptions;
  private readonly jobs = new Map<string, { job: Job; cancelled: boolean }>();

  constructor(options: InlineOptions = {}) {
    this.options = options;
    this.capabilities = {
      delivery: 'stream',
      slots: options.slots ?? 2,
      maxChunksPerSubmit: 1000,
      chunkSeconds: { least: 0.5, most: 2 },
      detachable: false,
      preemptible: false,
    };
  }

  async submit(job: Job): Promise<JobRef> {
    const id = String(this.jobs.size);
    this.jobs.set(id, { job, cancelled: false });
    this.asked.push(...job.chunks);
    return { backend: this.name, id };
  }

  async *watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent> {
    const entry = this.jobs.get(ref.id)!;
    const { job } = entry;
    const plan = readPlan(job.plan.bytes);
    const engine = this.options.engine?.() ?? new FormulaEngine();
    const identity = this.options.identity ?? engine.identity;
    yield { type: 'worker', worker: 'w', host: 'here', state: 'up', engine: identity };
    await engine.load(plan);
    for (const chunk of job.chunks) {
      await this.options.before?.(chunk);
      if (signal?.aborted) return;
      yield { type: 'started', chunk: chunk.id, worker: 'w' };
      if (entry.cancelled) yield { type: 'lost', chunk: chunk.id, reason: 'cancelled' };
      else yield await this.answer(job, plan, chunk, engine, identity);
    }
    yield { type: 'done' };
  }

  async cancel(ref: JobRef): Promise<void> {
    this.jobs.get(ref.id)!.cancelled = true;
  }

  async close(): Promise<void> {}

  private async answer(
    job: Job,
    plan: Plan,
    chunk: Chunk,
    engine: Engine,
    identity: EngineIdentity,
  ): Promise<JobEvent> {
    const mishap = this.options.mishap?.(chunk, plan);
    if (mishap && mishap.type !== 'corrupt') return { ...mishap, chunk: chunk.id };
    const batch = createSampler(plan).batch(chunk.start, chunk.end);
    const table = encodePart(plan, job.plan.id, identity, chunk, batch, await engine.run(batch));
    const list = this.simulated.get(job.plan.id) ?? [];
    list.push(...batch.samples);
    this.simulated.set(job.plan.id, list);
    const sum = mishap ? checksum(Uint8Array.of(0)) : checksum(table);
    const part = { table, rows: batch.rows, seconds: 1e-6 * batch.rows, checksum: sum };
    return { type: 'part', chunk: chunk.id, worker: 'w', part };
  }
}
