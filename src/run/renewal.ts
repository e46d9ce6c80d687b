import type { Store } from '../store.ts';
import { leaseKey, renewalKey } from './lease.ts';
import type { Surroundings } from './surroundings.ts';

/** Seconds between two signs of life of who holds a run. */
export const RENEWAL_SECONDS = 15;
/** Seconds without a sign of life after which a lease may be taken over; by the clock of who waits. */
export const EXPIRY_SECONDS = 60;

/**
 * Shows that a lease is still held: objects are written once, so each sign is a new one, and the one before it is deleted. A sign
 * that the store does not take is left out; the next may come in time.
 */
export class Renewal {
  #number = 0;
  #callOff: () => void;
  #beating: Promise<void> = Promise.resolve();
  #ended = false;

  /** @param onLost told once, when the lease is gone: another process has taken over */
  constructor(
    private readonly store: Store,
    private readonly generation: number,
    private readonly surroundings: Surroundings,
    private readonly onLost: () => void,
  ) {
    this.#callOff = this.#next();
  }

  /** Ends the signs; resolves when none is under way. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#callOff();
    await this.#beating;
  }

  /** Takes the last sign away. */
  async clear(): Promise<void> {
    if (this.#number > 0) await this.store.delete(renewalKey(this.generation, this.#number));
  }

  #next(): () => void {
    return this.surroundings.after(RENEWAL_SECONDS, () => {
      this.#beating = this.#beat().finally(() => {
        if (!this.#ended) this.#callOff = this.#next();
      });
    });
  }

  async #beat(): Promise<void> {
    const { store, generation } = this;
    try {
      if (!(await store.has(leaseKey(generation)))) {
        this.#ended = true;
        this.onLost();
        return;
      }
      const sign = new TextEncoder().encode(`{"time": "${this.surroundings.time()}"}\n`);
      const before = this.#number++;
      await store.writeOnce(renewalKey(generation, this.#number), sign);
      if (before > 0) await store.delete(renewalKey(generation, before));
    } catch {
      // the store says so itself to whoever writes parts
    }
  }
}
