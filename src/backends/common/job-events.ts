import type { JobEvent } from '../../backend.ts';
import { Deque } from './deque.ts';

/** Parts that wait for the watcher are memory; over this, dispatch of the job pauses. */
const MOST_WAITING_BYTES = 64 * 2 ** 20;
const MOST_WAITING_EVENTS = 10_000;

/** The events of one job, kept until its watcher takes them. */
export class JobEvents {
  readonly #waiting = new Deque<JobEvent>();
  readonly #onDrain: () => void;
  #bytes = 0;
  #ended = false;
  #wake: () => void = () => undefined;

  /** @param onDrain called when a watcher that had fallen behind has caught up */
  constructor(onDrain: () => void) {
    this.#onDrain = onDrain;
  }

  /** Whether the watcher has fallen behind. */
  get congested(): boolean {
    return this.#bytes > MOST_WAITING_BYTES || this.#waiting.length > MOST_WAITING_EVENTS;
  }

  add(event: JobEvent): void {
    this.#waiting.push(event);
    this.#bytes += bytesOf(event);
    if (event.type === 'done') this.#ended = true;
    this.#wake();
  }

  /** Ends after `done`, or quietly when the signal is aborted; what was not taken stays for the next watcher. */
  async *take(signal: AbortSignal | undefined): AsyncGenerator<JobEvent> {
    const onAbort = (): void => this.#wake();
    signal?.addEventListener('abort', onAbort);
    try {
      while (!signal?.aborted) {
        const event = this.#next();
        if (event) yield event;
        else if (this.#ended) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #next(): JobEvent | undefined {
    const wasCongested = this.congested;
    const event = this.#waiting.shift();
    if (event) this.#bytes -= bytesOf(event);
    if (wasCongested && !this.congested) this.#onDrain();
    return event;
  }
}

function bytesOf(event: JobEvent): number {
  if (event.type !== 'part' || !event.part) return 0;
  return event.part.table.length + (event.part.waveforms?.length ?? 0);
}
