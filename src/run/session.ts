import type { JobEvent } from '../backend.ts';
import type { EngineIdentity } from '../engine.ts';
import { toSpiceLabError } from '../errors/index.ts';
import type { EarlierJob } from './earlier-jobs.ts';
import { UNKNOWN_VERSION } from './intake.ts';
import { Jobs } from './jobs.ts';
import { step } from './machine.ts';
import { appendRecord } from './records.ts';
import type { SessionParts } from './session-parts.ts';
import type { Command, Flight, MachineEvent, Outcome, RunState } from './state.ts';

/** Parts that may be on their way to the store before a watcher waits for it. */
const MOST_WRITES = 16;
/** Characters of a worker's last words that the log keeps. */
const MOST_DETAIL = 500;

/** Carries the machine's commands out and tells it what came of them; all judgement is the machine's. */
export class RunSession {
  /** The machine's last word; `settle` afterwards. */
  readonly finished: Promise<Outcome>;
  declare private resolveFinished: (outcome: Outcome) => void;
  private readonly jobs: Jobs;
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
    this.jobs = new Jobs(parts, this);
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
    for (const job of jobs) this.track(this.jobs.rejoin(job));
  }

  /** Ends the session at once, because the coordinator itself cannot go on. */
  abandon(thrown: unknown): void {
    this.tell({ type: 'broken', at: this.parts.now(), error: toSpiceLabError(thrown).toJSON() });
  }

  /** What a backend tells of a job; resolves when the store keeps up. */
  async hear(event: JobEvent): Promise<void> {
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
        if (!flight) break;
        this.tell({ type: 'arrived', at, chunk: event.chunk });
        this.track(this.receive(event, flight), this.writes);
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
    if (this.writes.size > MOST_WRITES) await Promise.race(this.writes);
  }

  /** Waits until nothing of this session goes on any more. */
  async settle(): Promise<void> {
    this.timer?.callOff();
    await Promise.all(this.cancels);
    this.jobs.leave();
    while (this.work.size > 0) await Promise.all(this.work);
  }

  private carryOut(command: Command): void {
    switch (command.type) {
      case 'submit':
        this.track(this.jobs.submit(command.chunks));
        break;
      case 'cancel':
        this.track(this.jobs.cancel(), this.cancels);
        break;
      case 'drop':
        this.track(this.jobs.drop(command.chunks), this.cancels);
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
