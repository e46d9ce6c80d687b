import { setMaxListeners } from 'node:events';
import type { JobEvent, JobRef } from '../backend.ts';
import type { EngineIdentity } from '../engine.ts';
import { toSpiceLabError } from '../errors/index.ts';
import type { Chunk } from '../protocol/index.ts';
import type { EarlierJob } from './earlier-jobs.ts';
import { type Intake, UNKNOWN_VERSION } from './intake.ts';
import { step } from './machine.ts';
import type { OpenedRun } from './open-run.ts';
import { appendRecord } from './records.ts';
import type { Reporter } from './reporter.ts';
import type { SessionOptions } from './run-options.ts';
import type { SessionLog } from './session-log.ts';
import type { Command, Flight, MachineEvent, Outcome, RunState } from './state.ts';
import type { Surroundings } from './surroundings.ts';

/** Parts that may be on their way to the store before a watcher waits for it. */
const MOST_WRITES = 16;
/** Characters of a worker's last words that the log keeps. */
const MOST_DETAIL = 500;

export interface SessionParts {
  readonly run: OpenedRun;
  readonly options: SessionOptions;
  readonly intake: Intake;
  readonly log: SessionLog;
  readonly reporter: Reporter;
  readonly surroundings: Surroundings;
  /** Seconds on the run's own clock, which never goes back. */
  readonly now: () => number;
}

/** Carries the machine's commands out and tells it what came of them; all judgement is the machine's. */
export class RunSession {
  /** The machine's last word; `settle` afterwards. */
  readonly finished: Promise<Outcome>;
  declare private resolveFinished: (outcome: Outcome) => void;
  private readonly watching = new AbortController();
  private readonly jobs = new Set<JobRef>();
  private readonly work = new Set<Promise<void>>();
  private readonly cancels = new Set<Promise<void>>();
  private readonly writes = new Set<Promise<void>>();
  private timer: { readonly at: number; readonly callOff: () => void } | undefined;
  private identified: Promise<void> = Promise.resolve();
  private readonly hosts = new Map<string, string>();

  constructor(
    private readonly parts: SessionParts,
    private state: RunState,
  ) {
    // Every job's watcher listens to it.
    setMaxListeners(0, this.watching.signal);
    this.finished = new Promise((resolve) => {
      this.resolveFinished = resolve;
    });
  }

  get current(): RunState {
    return this.state;
  }

  tell(event: MachineEvent): void {
    const [state, commands] = step(this.state, event);
    this.state = state;
    for (const command of commands) this.carryOut(command);
    this.parts.reporter.saw(state);
  }

  /** First call: what is in flight is finished. Second: the end at once. */
  interrupt(): void {
    const before = this.state.phase;
    this.tell({ type: 'interrupt', at: this.parts.now() });
    if (before === 'running' && this.state.phase === 'draining')
      this.parts.reporter.draining(this.state.flying.size, this.parts.options.store.location);
  }

  /** Ends the session as soon as the backend has everything; it then goes on by itself. */
  detach(): void {
    this.tell({ type: 'detach', at: this.parts.now() });
  }

  /** Watches jobs that earlier sessions submitted; only the chunks of them that were adopted are of interest. */
  adopt(jobs: readonly EarlierJob[]): void {
    for (const job of jobs) this.track(this.rejoin(job));
  }

  /** Ends the session at once, because the coordinator itself cannot go on. */
  abandon(thrown: unknown): void {
    this.tell({ type: 'broken', at: this.parts.now(), error: toSpiceLabError(thrown).toJSON() });
  }

  /** Waits until nothing of this session goes on any more. */
  async settle(): Promise<void> {
    this.timer?.callOff();
    await Promise.all(this.cancels);
    this.watching.abort();
    while (this.work.size > 0) await Promise.all(this.work);
  }

  private carryOut(command: Command): void {
    switch (command.type) {
      case 'submit':
        this.track(this.submit(command));
        break;
      case 'cancel':
        for (const ref of this.jobs) this.cancel(ref);
        break;
      case 'record':
        this.track(this.record(command));
        break;
      case 'wake':
        this.wakeAt(command.at);
        break;
      case 'identify':
        this.identified = this.identify(command.engine);
        this.track(this.identified);
        break;
      case 'finish':
        this.resolveFinished(command.outcome);
    }
  }

  /** Nothing is forgotten: what fails in the background ends the session. */
  private track(promise: Promise<void>, also?: Set<Promise<void>>): Promise<void> {
    const guarded: Promise<void> = promise
      .catch((thrown) => this.abandon(thrown))
      .finally(() => {
        this.work.delete(guarded);
        also?.delete(guarded);
      });
    this.work.add(guarded);
    also?.add(guarded);
    return guarded;
  }

  private cancel(ref: JobRef): void {
    this.track(this.parts.options.backend.cancel(ref), this.cancels);
  }

  private async submit({ chunks }: Extract<Command, { type: 'submit' }>): Promise<void> {
    const { options, run, now } = this.parts;
    const ids = chunks.map(({ id }) => id);
    const plan = { id: run.planId, bytes: run.planBytes };
    let ref: JobRef;
    try {
      ref = await options.backend.submit({ plan, chunks, engine: run.engine, store: options.store });
    } catch (thrown) {
      this.tell({ type: 'rejected', at: now(), chunks: ids, error: toSpiceLabError(thrown).toJSON() });
      return;
    }
    if (options.backend.capabilities.detachable) await this.recordJob(ref, chunks);
    this.tell({ type: 'submitted', at: now(), chunks: ids });
    this.jobs.add(ref);
    // The end may have come while the backend was taking the job.
    if (this.state.phase === 'stopped' && this.state.outcome?.kind !== 'detached') this.cancel(ref);
    else await this.watch(ref, new Set(ids));
    this.jobs.delete(ref);
  }

  private async rejoin({ ref, chunks, wanted }: EarlierJob): Promise<void> {
    const { options, run, now } = this.parts;
    const plan = { id: run.planId, bytes: run.planBytes };
    try {
      await options.backend.attach?.(ref, { plan, chunks, engine: run.engine, store: options.store });
    } catch (thrown) {
      const detail = toSpiceLabError(thrown).message;
      for (const chunk of wanted)
        this.tell({ type: 'lost', at: now(), chunk, reason: 'unreachable', detail });
      return;
    }
    this.jobs.add(ref);
    await this.watch(ref, new Set(wanted));
    this.jobs.delete(ref);
  }

  private recordJob(ref: JobRef, chunks: readonly Chunk[]): Promise<void> {
    const { options, run, surroundings } = this.parts;
    const table = chunks.map(({ id, start, end }): [string, number, number] => [id, start, end]);
    const job = { backend: ref.backend, id: ref.id, ...(ref.details ? { details: { ...ref.details } } : {}) };
    const time = surroundings.time();
    return appendRecord(options.store, { type: 'submitted', session: run.session, time, job, chunks: table });
  }

  private async watch(ref: JobRef, open: Set<string>): Promise<void> {
    let detail = 'the backend ended the job without a word about this chunk';
    try {
      for await (const event of this.parts.options.backend.watch(ref, this.watching.signal)) {
        if (event.type === 'part' || event.type === 'failed' || event.type === 'lost')
          open.delete(event.chunk);
        this.hear(event);
        if (this.writes.size > MOST_WRITES) await Promise.race(this.writes);
      }
    } catch (thrown) {
      detail = toSpiceLabError(thrown).message;
    }
    for (const chunk of open)
      this.tell({ type: 'lost', at: this.parts.now(), chunk, reason: 'unreachable', detail });
  }

  private hear(event: JobEvent): void {
    const at = this.parts.now();
    switch (event.type) {
      case 'worker':
        this.hosts.set(event.worker, event.host);
        this.parts.reporter.worker(event);
        this.tell({ type: 'worker', at, engine: event.engine });
        break;
      case 'started':
        this.tell({ type: 'started', at, chunk: event.chunk });
        break;
      case 'notice':
        this.parts.reporter.notice(event.message);
        break;
      case 'progress':
        this.parts.reporter.underway(event.chunk, event.done);
        break;
      case 'part': {
        const flight = this.state.flying.get(event.chunk);
        if (flight) this.track(this.receive(event, flight), this.writes);
        break;
      }
      case 'failed':
      case 'lost': {
        const why = event.type === 'failed' ? event.cause : event.reason;
        const code = event.type === 'failed' ? event.error.code : undefined;
        const detail = event.type === 'failed' ? event.error.message : event.detail;
        this.log(event.chunk, { lost: why, code, detail: detail?.slice(0, MOST_DETAIL) });
        this.tell({ ...event, at });
        break;
      }
      case 'done':
    }
  }

  private async receive(event: Extract<JobEvent, { type: 'part' }>, flight: Flight): Promise<void> {
    const { intake, reporter, now } = this.parts;
    const { chunk, worker, part: payload } = event;
    const range = { start: flight.start, end: flight.end };
    try {
      const part = await intake.check(range, payload);
      this.meet(part.engine);
      await this.identified;
      // Parts of a foreign engine, or that came after the end, stay out.
      if (!this.state.flying.has(chunk)) return;
      await part.write();
      // Told twice, or given back meanwhile: its rows are there, and are counted when they are found.
      if (!this.state.flying.has(chunk)) return;
      const seconds = payload?.seconds ?? event.seconds ?? 0;
      this.log(chunk, { worker, host: this.hosts.get(worker), seconds });
      reporter.took(chunk, part.digest);
      this.tell({ type: 'part', at: now(), chunk, seconds, bytes: part.bytes, ...part.digest });
    } catch (thrown) {
      const error = toSpiceLabError(thrown);
      if (error.code !== 'PART_CORRUPT') throw error;
      this.log(chunk, { lost: 'corrupt', detail: error.message });
      this.tell({ type: 'lost', at: now(), chunk, reason: 'unreachable', detail: error.message });
    }
  }

  private meet(engine: EngineIdentity): void {
    const known = this.state.engine;
    if (known?.name === engine.name && known.version === engine.version) return;
    this.tell({ type: 'worker', at: this.parts.now(), engine });
  }

  private async record(command: Extract<Command, { type: 'record' }>): Promise<void> {
    const { intake, run, reporter, now } = this.parts;
    const { sample, status, message } = command;
    const engine = this.state.engine ?? { name: run.engine.name, version: UNKNOWN_VERSION };
    const part = await intake.poisonous(sample, status, message, engine);
    await part.write();
    this.parts.log.add(now(), { recorded: sample, status, message });
    reporter.took(undefined, part.digest);
    this.tell({ type: 'recorded', at: now(), ...part.digest });
  }

  private identify(engine: EngineIdentity): Promise<void> {
    const { options, run, surroundings } = this.parts;
    const time = surroundings.time();
    return appendRecord(options.store, { type: 'engine', session: run.session, time, engine });
  }

  private log(chunk: string, entry: Readonly<Record<string, unknown>>): void {
    const flight = this.state.flying.get(chunk);
    if (!flight) return;
    const { start, end, crashes, losses } = flight;
    const attempt = crashes + losses + 1;
    this.parts.log.add(this.parts.now(), {
      time: this.parts.surroundings.time(),
      chunk,
      start,
      end,
      attempt,
      ...entry,
    });
  }

  private wakeAt(at: number): void {
    if (this.timer && this.timer.at <= at) return;
    this.timer?.callOff();
    const { surroundings, now } = this.parts;
    const callOff = surroundings.after(at - now(), () => {
      this.timer = undefined;
      this.tell({ type: 'tick', at: Math.max(at, now()) });
    });
    this.timer = { at, callOff };
  }
}
