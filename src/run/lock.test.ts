import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { acquireLock, type Lock, type LockOptions } from './lock.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { EXPIRY_SECONDS, RENEWAL_SECONDS } from './renewal.ts';
import type { Surroundings } from './surroundings.ts';

/** Machines that cannot see each other's processes, whose clocks agree on nothing but how long a second is. */
class Machines {
  now = 0;
  #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  on(host: string, clockAhead: number): Surroundings & { dead: boolean } {
    const machine = {
      dead: false,
      now: () => this.now + clockAhead,
      time: () => new Date(Date.UTC(2026, 0, 1) + (this.now + clockAhead) * 1000).toISOString(),
      after: (seconds: number, callback: () => void) => {
        const timer = { at: this.now + seconds, callback: () => machine.dead || callback() };
        this.#timers.add(timer);
        return () => void this.#timers.delete(timer);
      },
      thisProcess: async () => ({ host, pid: 1 }),
      livenessOf: async (identity: ProcessIdentity) =>
        (identity.host === host ? 'alive' : 'unknown') as 'alive',
    };
    return machine;
  }

  /** Lets time pass, timer by timer, with all that follows from each. */
  async pass(seconds: number): Promise<void> {
    const end = this.now + seconds;
    for (;;) {
      await settled();
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.now = next.at;
      next.callback();
    }
    this.now = end;
  }
}

/** Everything that was promised is done, in memory. */
async function settled(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}

describe('the lock of a run between machines', () => {
  let machines: Machines;
  let store: MemoryStore;
  let notices: string[];
  const options = (surroundings: Surroundings, more: LockOptions = {}): LockOptions => ({
    surroundings,
    onNotice: (message) => notices.push(message),
    ...more,
  });

  beforeEach(() => {
    machines = new Machines();
    store = new MemoryStore();
    notices = [];
  });

  /** What became of a try to take the lock, as far as time has gone. */
  function trying(surroundings: Surroundings, more: LockOptions = {}) {
    const outcome: { lock?: Lock; error?: { code: string; message: string; remedy: string } } = {};
    acquireLock(store, options(surroundings, more)).then(
      (lock) => {
        outcome.lock = lock;
      },
      (error) => {
        outcome.error = error;
      },
    );
    return outcome;
  }

  it('is refused to another machine at the next sign of life, whatever its clock says', async () => {
    await acquireLock(store, options(machines.on('a', 0)));
    const other = trying(machines.on('b', 86_400));
    await machines.pass(RENEWAL_SECONDS + 3);
    expect(other.error).toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining('process 1 on a'),
    });
    expect(notices[0]).toContain(`${EXPIRY_SECONDS} s`);
  });

  it('passes to another machine when its holder gave no sign of life for as long as a lease lasts', async () => {
    const holder = machines.on('a', 0);
    await acquireLock(store, options(holder));
    await machines.pass(40);
    holder.dead = true;
    const other = trying(machines.on('b', -3600));
    await machines.pass(EXPIRY_SECONDS - 5);
    expect(other).toEqual({});
    await machines.pass(10);
    expect(other.lock).toBeDefined();
    expect(notices.at(-1)).toContain('gave no sign of life');
    expect(store.keys('lock/')).toEqual(['lock/000002.json']);
    await other.lock!.release();
    expect(store.keys()).toEqual([]);
  });

  it('is taken by one of two that wait for the same dead machine', async () => {
    const holder = machines.on('a', 0);
    await acquireLock(store, options(holder));
    holder.dead = true;
    const tries = [trying(machines.on('b', 0)), trying(machines.on('c', 5))];
    await machines.pass(EXPIRY_SECONDS + 2 * RENEWAL_SECONDS);
    expect(tries.filter(({ lock }) => lock)).toHaveLength(1);
    expect(tries.filter(({ error }) => error?.code === 'RUN_LOCKED')).toHaveLength(1);
  });

  it('passes at once when its holder ends in order while another waits', async () => {
    const lock = await acquireLock(store, options(machines.on('a', 0)));
    const other = trying(machines.on('b', 0));
    await machines.pass(5);
    await lock.release();
    await machines.pass(3);
    expect(other.lock).toBeDefined();
  });

  it('tells a holder that was taken for dead that it is no longer its own', async () => {
    const holder = machines.on('a', 0);
    let told: string | undefined;
    await acquireLock(
      store,
      options(holder, {
        onLost: ({ message }) => {
          told = message;
        },
      }),
    );
    // its signs do not reach the store
    store.room = 0;
    await machines.pass(1);
    const other = trying(machines.on('b', 0));
    await machines.pass(EXPIRY_SECONDS - 1);
    store.room = 1000;
    await machines.pass(3);
    expect(other.lock).toBeDefined();
    await machines.pass(RENEWAL_SECONDS);
    expect(told).toContain('taken over');
  });

  it('leaves one sign of life at a time, and none at the end', async () => {
    const lock = await acquireLock(store, options(machines.on('a', 0)));
    await machines.pass(100 * RENEWAL_SECONDS);
    expect(store.keys('lock/')).toEqual(['lock/000001.json', 'lock/000001/000100']);
    await lock.release();
    expect(store.keys()).toEqual([]);
  });

  it('does not go on waiting when it is interrupted', async () => {
    await acquireLock(store, options(machines.on('a', 0)));
    let interrupted = false;
    const other = trying(machines.on('b', 0), { interrupted: () => interrupted });
    await machines.pass(3);
    interrupted = true;
    await machines.pass(3);
    expect(other.error).toMatchObject({ code: 'RUN_LOCKED' });
  });

  it('clears signs of life that a machine left which died while it gave its lease back', async () => {
    await store.writeOnce('lock/000007/000003', new Uint8Array());
    await acquireLock(store, options(machines.on('a', 0)));
    expect(store.keys('lock/')).toEqual(['lock/000001.json']);
  });
});
