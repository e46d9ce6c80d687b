import type { Backend, Capabilities, Job, JobEvent, JobRef } from '../../../src/backend.ts';
import { SpiceLabError } from '../../../src/errors/index.ts';
import type { Chunk } from '../../../src/protocol/index.ts';
import { partKey } from '../../../src/run/parts.ts';
import { type ChunkStory, type PartEvent, Storyteller, type Told } from './chunk-story.ts';
import { type Deed, ENGINE } from './circuit.ts';
import type { Fate } from './fate.ts';
import type { Disk } from './faulty-store.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A job, wherever its coordinator went. */
export interface RunningJob {
  readonly job: Job;
  /** Everything that was ever told of it. */
  readonly told: JobEvent[];
  /** What the present watcher has not heard yet. */
  events: JobEvent[];
  /** Whose backend it is told to. */
  owner: SimulatedProcess;
  /** Chunks of which more is to be told. */
  readonly open: Set<string>;
  /** Chunks whose worker hangs -> what gives its slot back. */
  readonly hanging: Map<string, () => void>;
  wake: () => void;
}

export interface BackendSetting {
  readonly delivery: Capabilities['delivery'];
  readonly slots: number;
  readonly maxChunksPerSubmit: number;
  readonly detachable: boolean;
  readonly deeds: ReadonlyMap<number, Deed>;
  /** Healthy samples that workers blamed of which the session hears. */
  readonly blamed: Set<number>;
}

/** What a test looks at while a session goes on. */
export interface BackendWatcher {
  asked(chunk: Chunk): void;
  /** A chunk ends in more than one way. */
  disputed(chunk: Chunk): void;
}

const WORKERS = 5;
const SECONDS_PER_ROW = 0.05;

/** A backend that keeps its contract when fate lets it, and breaks it in the ways in which networks do. */
export class FaultyBackend implements Backend {
  readonly name = 'simulated';
  readonly capabilities: Capabilities;
  readonly attach?: (ref: JobRef) => Promise<void>;
  /** Chunks whose part was told of -> rows. */
  readonly delivered = new Map<string, number>();
  /** How often anything but a good part was the end of a chunk. */
  setbacks = 0;
  private readonly storyteller: Storyteller;
  /** When each slot is free again. */
  private readonly free: number[];

  constructor(
    private readonly setting: BackendSetting,
    private readonly disk: Disk,
    private readonly process: SimulatedProcess,
    private readonly fate: Fate,
    private readonly time: VirtualTime,
    private readonly watcher: BackendWatcher,
    /** Jobs by id, also those of coordinators before. */
    private readonly jobs: Map<string, RunningJob>,
  ) {
    const { delivery, slots, maxChunksPerSubmit, detachable, deeds, blamed } = setting;
    if (detachable) this.attach = (ref) => this.rejoin(ref);
    this.storyteller = new Storyteller(fate, deeds, blamed);
    this.free = new Array<number>(slots).fill(0);
    this.capabilities = {
      delivery,
      slots,
      maxChunksPerSubmit,
      chunkSeconds: { least: 0.5, most: 2 },
      detachable,
      preemptible: true,
    };
  }

  async submit(job: Job): Promise<JobRef> {
    if (this.process.sessionOver) throw new Error('a job was submitted after the end of the session');
    if (job.chunks.length > this.setting.maxChunksPerSubmit) throw new Error('too many chunks in one submit');
    for (const chunk of job.chunks) this.watcher.asked(chunk);
    await this.process.wait(this.fate.seconds(0.3));
    if (this.fate.backendFault()) {
      this.setbacks += job.chunks.length;
      throw new SpiceLabError('BACKEND_FAILED', 'took nothing on purpose', { remedy: 'Try again.' });
    }
    const id = String(this.jobs.size);
    const open = new Set(job.chunks.map((chunk) => chunk.id));
    const running: RunningJob = {
      job,
      told: [],
      events: [],
      owner: this.process,
      open,
      hanging: new Map(),
      wake: () => undefined,
    };
    this.jobs.set(id, running);
    for (const chunk of job.chunks) void this.simulate(running, chunk);
    return { backend: this.name, id };
  }

  private async rejoin(ref: JobRef): Promise<void> {
    await this.process.wait(this.fate.seconds(0.3));
    const running = this.jobs.get(ref.id)!;
    running.owner = this.process;
    running.events = [...running.told];
  }

  async detach(): Promise<void> {}

  async *watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent> {
    const running = this.jobs.get(ref.id)!;
    signal?.addEventListener('abort', () => running.wake(), { once: true });
    while (!signal?.aborted) {
      // a killed coordinator must not hear what is told to the one that took its job over
      if (running.owner !== this.process) await new Promise(() => undefined);
      const event = running.events.shift();
      if (!event) {
        await new Promise<void>((resolve) => {
          running.wake = resolve;
        });
        continue;
      }
      if (event.type === 'part' && this.fate.backendFault()) {
        // Whoever watches hears no more of any chunk of this job.
        this.setbacks += running.job.chunks.length;
        if (this.fate.often(50)) return;
        throw new Error('the connection broke on purpose');
      }
      yield event;
      if (event.type === 'done') return;
    }
  }

  async cancel(ref: JobRef): Promise<void> {
    const running = this.jobs.get(ref.id)!;
    await this.process.wait(this.fate.seconds(0.5));
    for (const chunk of running.open) this.say(running, { type: 'lost', chunk, reason: 'cancelled' });
    running.open.clear();
    this.say(running, { type: 'done' });
  }

  async cancelChunks(ref: JobRef, chunks: readonly string[]): Promise<void> {
    const running = this.jobs.get(ref.id)!;
    await this.process.wait(this.fate.seconds(0.5));
    for (const chunk of chunks) {
      running.hanging.get(chunk)?.();
      if (!running.open.delete(chunk)) continue;
      this.say(running, { type: 'lost', chunk, reason: 'cancelled' });
      if (running.open.size === 0) this.say(running, { type: 'done' });
    }
  }

  async close(): Promise<void> {}

  private async simulate(running: RunningJob, chunk: Chunk): Promise<void> {
    const { fate, time } = this;
    const fault = fate.chunkFault();
    const slot = this.free.indexOf(Math.min(...this.free));
    const begins = Math.max(time.now, this.free[slot]!) + fate.seconds(0.1);
    const seconds = SECONDS_PER_ROW * (chunk.end - chunk.start) + fate.seconds(fault === 'late' ? 300 : 0.5);
    // Somebody has to be left who can take another attempt.
    const hangs = fault === 'hang' && this.free.filter(Number.isFinite).length > 1;
    this.free[slot] = hangs ? Number.POSITIVE_INFINITY : begins + seconds;
    if (hangs)
      running.hanging.set(chunk.id, () => {
        this.free[slot] = time.now;
      });
    const worker = `w${fate.choose(WORKERS)}`;
    await time.sleep(begins - time.now);
    if (hangs && fate.often(30)) return;
    this.say(running, { type: 'worker', worker, host: 'simulated', state: 'up', engine: ENGINE });
    this.say(running, { type: 'started', chunk: chunk.id, worker });
    if (hangs) return;
    await time.sleep(seconds);
    if (!running.open.has(chunk.id)) return;
    const story = await this.storyteller.storyOf(chunk, worker, fault);
    await this.tell(running, chunk, story);
    if (!running.open.delete(chunk.id) || running.open.size > 0) return;
    this.say(running, { type: 'done' });
  }

  private async tell(running: RunningJob, chunk: Chunk, { told, disputed }: ChunkStory): Promise<void> {
    if (disputed) this.watcher.disputed(chunk);
    if (told.length === 0) this.setbacks++;
    for (const line of told) {
      const muddle = this.fate.reorders ? this.fate.seconds(1) : 0;
      if (line.after + muddle > 0) await this.time.sleep(line.after + muddle);
      // A worker goes on when nobody listens any more, but not when its job was cancelled.
      if (!running.open.has(chunk.id)) return;
      if (line.event.type === 'part') this.say(running, this.deliver(chunk, line.event, line));
      else {
        this.setbacks++;
        this.say(running, line.event);
      }
    }
  }

  /** Streams the part, or writes it where workers do that. */
  private deliver(chunk: Chunk, event: PartEvent, { spoilt }: Told): PartEvent {
    if (spoilt) this.setbacks++;
    else if (event.chunk === chunk.id) this.delivered.set(chunk.id, chunk.end - chunk.start);
    if (this.setting.delivery === 'stream') return event;
    const table = event.part!.table;
    // Half a part, or none at all although the worker says so.
    const key = partKey(chunk);
    if (!spoilt) this.disk.write(key, table);
    else if (this.fate.often(50) && this.disk.write(key, table.slice(0, table.length >> 1)))
      this.disk.torn.add(key);
    return { type: 'part', chunk: event.chunk, worker: event.worker };
  }

  private say(running: RunningJob, event: JobEvent): void {
    running.told.push(event);
    if (!running.owner.alive) return;
    running.events.push(event);
    running.wake();
  }
}
