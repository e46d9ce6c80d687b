import type { Surroundings } from '../../../src/run/surroundings.ts';
import type { Fate } from './fate.ts';
import type { VirtualTime } from './virtual-time.ts';

const HOST = 'simulated';
const SOME_DAY = Date.UTC(2026, 0, 1);

/** A coordinator's process: when it is killed, nothing reaches it and nothing of it goes on. */
export class SimulatedProcess {
  /** Its session is over, although the process may live on. */
  sessionOver = false;
  /** Calls of the store that failed on purpose, such as `read plan.json`. */
  readonly faults: string[] = [];
  private readonly killed: Promise<'killed'>;
  declare private resolveKilled: (how: 'killed') => void;
  private ahead = 0;
  private dayAhead = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly fate: Fate,
    /** Numbers of the processes that live. */
    private readonly living: Set<number>,
    readonly pid: number,
  ) {
    living.add(pid);
    this.killed = new Promise((resolve) => {
      this.resolveKilled = resolve;
    });
  }

  get alive(): boolean {
    return this.living.has(this.pid);
  }

  kill(): void {
    this.living.delete(this.pid);
    this.resolveKilled('killed');
  }

  /** Whether it could not give a lease back, so that it has locked itself out. */
  get locksItselfOut(): boolean {
    const ofLock = this.faults.filter((what) => / lock\/($|\d+\.json)/.test(what));
    return ofLock.length > 1 || ofLock.some((what) => what.startsWith('delete'));
  }

  /** What comes first: the outcome or the kill. */
  outlives<T>(work: Promise<T>): Promise<T | 'killed'> {
    return Promise.race([work, this.killed]);
  }

  /** Waits for something outside; a killed process waits for ever. */
  async wait(seconds: number): Promise<void> {
    await this.time.sleep(seconds);
    if (!this.alive) await new Promise(() => undefined);
  }

  readonly surroundings: Surroundings = {
    now: () => {
      // A machine that slept wakes up later; its time of day may be set to anything.
      if (this.fate.jumps && this.fate.often(2)) this.ahead += this.fate.one([0.3, 5, 4000]);
      return this.time.now + this.ahead;
    },
    time: () => {
      if (this.fate.jumps && this.fate.often(20)) this.dayAhead += this.fate.one([-1e6, -3, 3, 1e6]);
      return new Date(SOME_DAY + 1000 * (this.time.now + this.dayAhead)).toISOString();
    },
    after: (seconds, callback) => {
      // Timers are a little early at times, and late at others.
      const off = this.fate.one([0, 0, -0.001, 0.001, 0.3]);
      return this.time.after(seconds + off, () => {
        if (this.alive) callback();
      });
    },
    thisProcess: async () => ({ host: HOST, pid: this.pid }),
    livenessOf: async ({ pid }) => (this.living.has(pid) ? 'alive' : 'dead'),
  };
}
