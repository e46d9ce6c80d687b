import { randomUUID } from 'node:crypto';
import { SpiceLabError } from '../errors/index.ts';
import type { Store } from '../store.ts';
import { type Lease, leaseKey, leaseOf, readLeases, type StandingLease } from './lease.ts';
import { EXPIRY_SECONDS, Renewal } from './renewal.ts';
import { type Surroundings, THIS_MACHINE } from './surroundings.ts';

/** The right to write to a run. */
export interface Lock {
  release(): Promise<void>;
}

export interface LockOptions {
  readonly surroundings?: Surroundings | undefined;
  /** Told what is waited for. */
  readonly onNotice?: ((message: string) => void) | undefined;
  /** Asked while it waits. */
  readonly interrupted?: (() => boolean) | undefined;
  /** Told when another process has taken over, because this one gave no sign of life for too long. */
  readonly onLost?: ((error: SpiceLabError) => void) | undefined;
}

/** Seconds between two looks at a lease that may be abandoned. */
const LOOK_SECONDS = 2;

/**
 * Takes the right to write to a run: a lease with the highest number, written once. The lease of a process that is dead on
 * this host is taken over by writing the next number, which only one of several takers can do. One of another host is watched:
 * without a sign of life for a minute it is taken over as well.
 * @throws SpiceLabError RUN_LOCKED while another process holds it
 */
export async function acquireLock(store: Store, options: LockOptions = {}): Promise<Lock> {
  const { surroundings = THIS_MACHINE, onLost } = options;
  const lease: Lease = {
    token: randomUUID(),
    ...(await surroundings.thisProcess()),
    since: surroundings.time(),
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(lease)}\n`);
  /** Tokens of leases that may be taken over. */
  const ended = new Set<string>();
  const requireEnded = async (standing: StandingLease): Promise<void> => {
    if (!standing.lease || ended.has(standing.lease.token)) return;
    await refuseLive(store, standing, standing.lease, surroundings, options);
    ended.add(standing.lease.token);
  };
  for (;;) {
    const { leases } = await readLeases(store);
    for (const standing of leases) await requireEnded(standing);
    const generation = Math.max(0, ...leases.map((entry) => entry.generation)) + 1;
    const key = leaseKey(generation);
    let renewal: Renewal | undefined;
    try {
      if (!(await store.writeOnce(key, bytes))) continue;
      renewal = new Renewal(store, generation, surroundings, () => onLost?.(lost(store)));
      // Somebody may have held a higher number between the listing and the writing.
      const after = await readLeases(store);
      for (const standing of after.leases) {
        if (standing.lease?.token === lease.token) continue;
        await requireEnded(standing);
        await store.delete(standing.key);
      }
      for (const stray of (await readLeases(store)).strays) await store.delete(stray);
    } catch (thrown) {
      // A write that failed may have come to effect, and this process lives on.
      await renewal?.stop();
      await giveBack(store, key, lease).catch(() => undefined);
      throw thrown;
    }
    return { release: () => release(store, key, renewal) };
  }
}

async function release(store: Store, key: string, renewal: Renewal): Promise<void> {
  await renewal.stop();
  await store.delete(key);
  await renewal.clear();
}

async function giveBack(store: Store, key: string, lease: Lease): Promise<void> {
  const bytes = await store.read(key);
  if (bytes && leaseOf(bytes)?.token === lease.token) await store.delete(key);
}

async function refuseLive(
  store: Store,
  standing: StandingLease,
  lease: Lease,
  surroundings: Surroundings,
  options: LockOptions,
): Promise<void> {
  const liveness = await surroundings.livenessOf(lease);
  if (liveness === 'dead') return;
  if (liveness === 'alive')
    throw locked(
      store,
      lease,
      `Wait for it, or end it with \`kill ${lease.pid}\` and try again; another run needs another --out.`,
    );
  await awaitExpiry(store, standing, lease, surroundings, options);
}

/**
 * Looks at a lease until nobody has renewed it for as long as it lasts. Only the clock of this process counts, and only for how
 * long it looks, so that clocks of two machines need not agree.
 */
async function awaitExpiry(
  store: Store,
  standing: StandingLease,
  lease: Lease,
  surroundings: Surroundings,
  { onNotice, interrupted }: LockOptions,
): Promise<void> {
  const who = `process ${lease.pid} on ${lease.host}`;
  onNotice?.(
    `${who} holds this run since ${spoken(lease.since)}. Should it give no sign of life for ${EXPIRY_SECONDS} s, this process takes over.`,
  );
  const until = surroundings.now() + EXPIRY_SECONDS;
  while (surroundings.now() < until) {
    if (interrupted?.()) throw locked(store, lease, 'It was not waited for; try again later.');
    await new Promise<void>((resolve) => surroundings.after(LOOK_SECONDS, resolve));
    const { leases } = await readLeases(store);
    const now = leases.find((entry) => entry.lease?.token === lease.token);
    if (!now) return;
    if (now.renewals > standing.renewals)
      throw locked(
        store,
        lease,
        `It lives: wait for it, or end it there (\`kill ${lease.pid}\`) and try again; another run needs another --out.`,
      );
  }
  onNotice?.(`${who} gave no sign of life for ${EXPIRY_SECONDS} s: this process goes on with its run.`);
}

const spoken = (time: string): string => time.replace('T', ' ').replace(/\..*$/, ' UTC');

const locked = (store: Store, lease: Lease, remedy: string): SpiceLabError =>
  new SpiceLabError(
    'RUN_LOCKED',
    `process ${lease.pid} on ${lease.host} works on this run (${store.location}) since ${spoken(lease.since)}`,
    { remedy },
  );

const lost = (store: Store): SpiceLabError =>
  new SpiceLabError('RUN_LOCKED', `another process has taken over the run in ${store.location}`, {
    remedy: `This one could not reach the store for more than ${EXPIRY_SECONDS} s. What is finished is kept; the other one goes on.`,
  });
