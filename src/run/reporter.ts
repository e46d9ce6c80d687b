import type { JobEvent } from '../backend.ts';
import type { Digest } from './digest.ts';
import type { RunEvent } from './events.ts';
import { type LiveFigures, presentOf, ruleStatus, statusWords } from './live.ts';
import type { RunState } from './state.ts';
import type { Surroundings } from './surroundings.ts';

const SECONDS = 0.25;

/** Turns what a session goes through into a few events per second. */
export class Reporter {
  private callOff: (() => void) | undefined;
  private state: RunState | undefined;
  /** Worker -> the engine it told of. */
  private readonly up = new Map<string, string>();
  /** Chunk -> samples that its worker has simulated and not yet delivered. */
  private readonly delivering = new Map<string, number>();

  constructor(
    private readonly emit: (event: RunEvent) => void,
    private readonly figures: LiveFigures,
    private readonly now: () => number,
    private readonly after: Surroundings['after'],
  ) {}

  saw(state: RunState): void {
    this.state = state;
    if (state.phase === 'stopped') this.stop();
    else
      this.callOff ??= this.after(SECONDS, () => {
        this.callOff = undefined;
        this.progress();
      });
  }

  /** Says the last figures and nothing after them. */
  stop(): void {
    this.callOff?.();
    this.callOff = undefined;
  }

  worker(event: Extract<JobEvent, { type: 'worker' }>): void {
    const { type, state, worker, host, engine, reason } = event;
    const known = this.up.get(worker);
    const told = engine ? `${engine.name} ${engine.version}` : (known ?? '');
    // Every job introduces its workers anew.
    if (state === 'up' ? known === told : known === undefined) return;
    if (state === 'up') this.up.set(worker, told);
    else this.up.delete(worker);
    this.emit({
      type,
      state,
      worker,
      host,
      ...(engine ? { engine } : {}),
      ...(reason === undefined ? {} : { reason }),
    });
  }

  notice(message: string): void {
    this.emit({ type: 'notice', message });
  }

  draining(chunks: number, location: string): void {
    const rest = `interrupt again to stop at once; go on later with \`spicelab resume ${location}\``;
    const message = `finishing ${chunks} chunk${chunks === 1 ? '' : 's'} in flight: ${rest}`;
    this.emit({ type: 'draining', chunks, message });
  }

  underway(chunk: string, done: number): void {
    this.delivering.set(chunk, done);
    if (this.state) this.saw(this.state);
  }

  took(chunk: string | undefined, digest: Digest): void {
    if (chunk !== undefined) this.delivering.delete(chunk);
    this.figures.take(digest);
  }

  progress(): void {
    const { state, figures } = this;
    if (!state) return;
    const { settings, losses } = state;
    let undelivered = 0;
    const counted = new Set<number>();
    for (const [chunk, done] of this.delivering) {
      const flight = state.flying.get(chunk);
      if (!flight) this.delivering.delete(chunk);
      // Of two attempts at the same samples, one.
      else if (!counted.has(flight.start)) undelivered += done;
      if (flight) counted.add(flight.start);
    }
    const present = presentOf(state);
    const seconds = this.now();
    const rate = figures.rate(seconds, state.simulated + undelivered);
    const left = Math.max(0, settings.ceiling - present - undelivered);
    const rule = ruleStatus(state);
    this.emit({
      type: 'progress',
      seconds,
      present,
      wanted: settings.ceiling,
      rate,
      ...(rate > 0 ? { etaSeconds: left / rate } : {}),
      failures: statusWords(state, (word) => word !== 'ok'),
      losses: Object.values(losses).reduce((sum, count) => sum + count, 0),
      workersUp: this.up.size,
      estimates: figures.estimates(),
      ...(rule ? { rule } : {}),
    });
  }
}
