import { setTimeout as wait } from 'node:timers/promises';
import type { JobRef, LossReason } from '../../backend.ts';
import { toSpiceLabError } from '../../errors/index.ts';
import { decodeOutcome, outcomeIndex, outcomeKey, outcomesPrefix } from '../../protocol/index.ts';
import type { Store } from '../../store.ts';
import type { AcceptedJob } from '../common/index.ts';
import type { BatchPlatform, Sighting, TaskState } from './platform.ts';

/** Outcomes that are read at the same time. */
const MOST_READS = 16;
/** How long an outcome may stay invisible that its worker has written. */
const LATE_MILLISECONDS = 500;
const MOST_LATE_READS = 10;
const MOST_NOTICES = 3;
const LOG_LINES_CHARACTERS = 1500;
/** A store that fails is asked again after so long, and given up after so many times in a row. */
const AGAIN_MILLISECONDS = 2000;
const MOST_FAILURES = 30;

interface Followed {
  readonly job: AcceptedJob;
  readonly ref: JobRef;
  readonly store: Store;
  readonly platform: BatchPlatform;
  /** Told what memory a worker took. */
  readonly onMemory: (bytes: number) => void;
}

/** Derives the events of one job from what its platform says of its tasks and what their workers wrote to the store. */
export class Follower {
  readonly #followed: Followed;
  readonly #leave = new AbortController();
  readonly #read = new Set<number>();
  readonly #running = new Map<number, string>();
  #notices = 0;
  #lastNotice = '';
  /** Ends when every chunk has ended, or after `stop`. */
  readonly over: Promise<void>;

  constructor(followed: Followed) {
    this.#followed = followed;
    this.over = this.#follow().catch((thrown) => this.#giveUp(toSpiceLabError(thrown).message));
  }

  stop(): void {
    this.#leave.abort();
  }

  async #follow(): Promise<void> {
    const { job, platform, ref } = this.#followed;
    const { signal } = this.#leave;
    const looking = this.#look();
    try {
      for await (const sighting of platform.observe(ref, signal)) {
        await this.#saw(sighting);
        if (job.ended || sighting.over || sighting.refused) break;
      }
    } finally {
      const left = signal.aborted;
      this.stop();
      await looking;
      if (!left && !job.ended) this.#giveUp(`${platform.name} tells no more of job ${ref.id}`);
    }
  }

  /** Looks now and then for outcomes that the platform did not point to. */
  async #look(): Promise<void> {
    const { job, store, ref, platform } = this.#followed;
    const { signal } = this.#leave;
    for (let failures = 0; !signal.aborted && !job.ended; ) {
      try {
        const found: number[] = [];
        for await (const { key } of store.list(outcomesPrefix(ref.id))) {
          const index = outcomeIndex(key);
          if (index !== undefined && !this.#read.has(index)) found.push(index);
        }
        await this.#readAll(found);
        if (job.ended) this.stop();
        failures = 0;
      } catch (thrown) {
        if (++failures >= MOST_FAILURES) this.#giveUp(toSpiceLabError(thrown).message);
      }
      await wait(1000 * platform.lookSeconds, undefined, { signal }).catch(() => undefined);
    }
  }

  async #saw({ tasks, over, refused, notice }: Sighting): Promise<void> {
    const { job } = this.#followed;
    if (notice !== undefined) this.#tell(notice);
    const ended: [number, TaskState & { state: 'ended' }][] = [];
    for (const [index, task] of tasks ?? []) {
      if (task.state === 'running') this.#started(index, task.worker, task.host);
      else if (!this.#read.has(index)) ended.push([index, task]);
    }
    await this.#readLate(ended.map(([index]) => index));
    for (const [index, task] of ended) if (!this.#read.has(index)) await this.#lost(index, task);
    if (!over && !refused) return;
    await this.#readAll(job.request.chunks.flatMap((_, index) => (this.#read.has(index) ? [] : [index])));
    for (const { id: chunk } of job.request.chunks) {
      if (refused) job.end({ type: 'failed', chunk, cause: 'error', error: refused });
      else if (over) job.end({ type: 'lost', chunk, ...over });
    }
  }

  /** Reads what should be there: a mounted volume may show it a little later than its writer was told. */
  async #readLate(indices: readonly number[]): Promise<void> {
    const { signal } = this.#leave;
    let left = indices;
    for (let reads = 0; left.length > 0 && reads < MOST_LATE_READS && !signal.aborted; reads++) {
      if (reads > 0) await wait(LATE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      await this.#readAll(left);
      left = left.filter((index) => !this.#read.has(index));
    }
  }

  async #readAll(indices: readonly number[]): Promise<void> {
    for (let from = 0; from < indices.length; from += MOST_READS)
      await Promise.all(indices.slice(from, from + MOST_READS).map((index) => this.#readOutcome(index)));
  }

  async #readOutcome(index: number): Promise<void> {
    const { job, store, ref } = this.#followed;
    const chunk = job.request.chunks[index]?.id;
    if (chunk === undefined) return;
    const bytes = await this.#patiently(() => store.read(outcomeKey(ref.id, index)));
    // a look and a sighting may have met here
    if (!bytes || this.#read.has(index)) return;
    this.#read.add(index);
    const outcome = decodeOutcome(bytes);
    const { worker, host } = outcome;
    this.#started(index, worker, host);
    if (outcome.type === 'part') {
      this.#followed.onMemory(outcome.memory);
      job.workerUp({ name: worker, host, engine: outcome.engine });
      job.end({ type: 'part', chunk, worker, seconds: outcome.seconds });
    } else if (outcome.type === 'failed') {
      const { cause, error, suspect } = outcome;
      job.end({ type: 'failed', chunk, cause, error, suspect });
    } else {
      job.end({ type: 'lost', chunk, reason: outcome.reason, detail: outcome.detail });
    }
    job.workerDown({ name: worker, host, engine: undefined }, 'its task is over');
  }

  #started(index: number, worker: string, host: string): void {
    const { job } = this.#followed;
    const chunk = job.request.chunks[index]?.id;
    if (chunk === undefined || this.#running.get(index) === worker) return;
    const before = this.#running.get(index);
    if (before !== undefined)
      job.workerDown({ name: before, host: '', engine: undefined }, 'its task was taken over');
    this.#running.set(index, worker);
    job.started(chunk, { name: worker, host, engine: undefined });
  }

  /** A task that the platform gave up without its worker's last words. */
  async #lost(
    index: number,
    { worker, host = '', reason, detail = '' }: TaskState & { state: 'ended' },
  ): Promise<void> {
    const { job, ref, platform } = this.#followed;
    const chunk = job.request.chunks[index];
    if (!chunk) return;
    this.#read.add(index);
    if (worker !== undefined) this.#started(index, worker, host);
    const printed = (await platform.logs(ref, index).catch(() => undefined))?.trim();
    const why = reason === undefined ? 'it ended well, and left no part' : detail;
    const told = printed ? `${why}\n${printed.slice(-LOG_LINES_CHARACTERS)}` : why;
    if (this.#notices++ < MOST_NOTICES)
      this.#tell(`task ${index} (samples ${chunk.start} to ${chunk.end - 1}) was lost: ${told}`);
    job.end({ type: 'lost', chunk: chunk.id, reason: reason ?? 'unreachable', detail: told });
    if (worker !== undefined) job.workerDown({ name: worker, host, engine: undefined }, why);
  }

  #tell(message: string): void {
    if (message === this.#lastNotice) return;
    this.#lastNotice = message;
    this.#followed.job.notice(message);
  }

  #giveUp(detail: string, reason: LossReason = 'unreachable'): void {
    const { job } = this.#followed;
    this.stop();
    for (const { id: chunk } of job.request.chunks) job.end({ type: 'lost', chunk, reason, detail });
  }

  async #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const { signal } = this.#leave;
    for (let failures = 1; ; failures++) {
      try {
        return await attempt();
      } catch (thrown) {
        if (failures >= MOST_FAILURES || signal.aborted) throw thrown;
      }
      await wait(AGAIN_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }
}
