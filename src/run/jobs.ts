import { setMaxListeners } from 'node:events';
import type { JobEvent, JobRef } from '../backend.ts';
import { toSpiceLabError } from '../errors/index.ts';
import type { Chunk } from '../protocol/index.ts';
import type { EarlierJob } from './earlier-jobs.ts';
import { appendRecord } from './records.ts';
import type { SessionParts } from './session-parts.ts';
import type { MachineEvent, RunState } from './state.ts';

/** Whom jobs report to. */
export interface JobListener {
  readonly current: RunState;
  tell(event: MachineEvent): void;
  /** What a backend tells of a job, in its order; nothing more of the job is fetched before it resolves. */
  hear(event: JobEvent): Promise<void>;
}

/** Brings chunks to the backend, watches its jobs, and ends what is not needed any more. */
export class Jobs {
  private readonly watching = new AbortController();
  /** Chunk -> the job that it came to the backend in, while that is watched. */
  private readonly jobOf = new Map<string, JobRef>();

  constructor(
    private readonly parts: SessionParts,
    private readonly listener: JobListener,
  ) {
    // Every job's watcher listens to it.
    setMaxListeners(0, this.watching.signal);
  }

  /** Resolves after the last word about these chunks. */
  async submit(chunks: readonly Chunk[]): Promise<void> {
    const { options, now } = this.parts;
    const ids = chunks.map(({ id }) => id);
    let ref: JobRef;
    try {
      ref = await options.backend.submit(this.jobWith(chunks));
    } catch (thrown) {
      const error = toSpiceLabError(thrown).toJSON();
      this.listener.tell({ type: 'rejected', at: now(), chunks: ids, error });
      return;
    }
    if (options.backend.capabilities.detachable) await this.record(ref, chunks);
    this.listener.tell({ type: 'submitted', at: now(), chunks: ids });
    const { phase, outcome } = this.listener.current;
    // The end may have come while the backend was taking the job.
    if (phase === 'stopped' && outcome?.kind !== 'detached') await options.backend.cancel(ref);
    else await this.follow(ref, ids);
  }

  /** Takes up a job of an earlier session; only the chunks of it that were adopted are of interest. */
  async rejoin({ ref, chunks, wanted }: EarlierJob): Promise<void> {
    try {
      await this.parts.options.backend.attach?.(ref, this.jobWith(chunks));
    } catch (thrown) {
      this.lose(wanted, toSpiceLabError(thrown).message);
      return;
    }
    await this.follow(ref, wanted);
  }

  /** Ends every job. */
  async cancel(): Promise<void> {
    const { backend } = this.parts.options;
    await Promise.all(Array.from(new Set(this.jobOf.values()), (ref) => backend.cancel(ref)));
  }

  /** Ends chunks that are not needed any more. What cannot be ended goes on for nothing, which harms nobody. */
  async drop(chunks: readonly string[]): Promise<void> {
    const { options, log, now } = this.parts;
    const byJob = new Map<JobRef, string[]>();
    for (const chunk of chunks) {
      const ref = this.jobOf.get(chunk);
      if (ref) byJob.set(ref, [...(byJob.get(ref) ?? []), chunk]);
    }
    await Promise.all(
      Array.from(byJob, ([ref, dropped]) =>
        options.backend.cancelChunks?.(ref, dropped).catch((thrown) => {
          log.add(now(), { notEnded: dropped, detail: toSpiceLabError(thrown).message });
        }),
      ),
    );
  }

  /** Hears of no job any more. */
  leave(): void {
    this.watching.abort();
  }

  private jobWith(chunks: readonly Chunk[]) {
    const { options, run } = this.parts;
    const plan = { id: run.planId, bytes: run.planBytes };
    return { plan, chunks, engine: run.engine, store: options.store };
  }

  private record(ref: JobRef, chunks: readonly Chunk[]): Promise<void> {
    const { options, run, surroundings } = this.parts;
    const table = chunks.map(({ id, start, end }): [string, number, number] => [id, start, end]);
    const job = { backend: ref.backend, id: ref.id, ...(ref.details ? { details: { ...ref.details } } : {}) };
    const time = surroundings.time();
    return appendRecord(options.store, { type: 'submitted', session: run.session, time, job, chunks: table });
  }

  private async follow(ref: JobRef, chunks: readonly string[]): Promise<void> {
    for (const chunk of chunks) this.jobOf.set(chunk, ref);
    const { flying } = this.listener.current;
    // Some may have been given up while the backend was taking the job.
    const givenUp = chunks.filter((chunk) => !flying.has(chunk));
    await Promise.all([this.drop(givenUp), this.watch(ref, new Set(chunks))]);
    for (const chunk of chunks) this.jobOf.delete(chunk);
  }

  private async watch(ref: JobRef, open: Set<string>): Promise<void> {
    let detail = 'the backend ended the job without a word about this chunk';
    try {
      for await (const event of this.parts.options.backend.watch(ref, this.watching.signal)) {
        if (event.type === 'part' || event.type === 'failed' || event.type === 'lost')
          open.delete(event.chunk);
        await this.listener.hear(event);
      }
    } catch (thrown) {
      detail = toSpiceLabError(thrown).message;
    }
    this.lose(open, detail);
  }

  private lose(chunks: Iterable<string>, detail: string): void {
    const at = this.parts.now();
    for (const chunk of chunks)
      this.listener.tell({ type: 'lost', at, chunk, reason: 'unreachable', detail });
  }
}
