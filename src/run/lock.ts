import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SpiceLabError } from '../errors/index.ts';
import type { Store } from '../store.ts';
import { type Surroundings, THIS_MACHINE } from './surroundings.ts';

const leaseSchema = z.object({
  token: z.string(),
  host: z.string(),
  pid: z.number().int(),
  boot: z.string().optional(),
  started: z.string().optional(),
  since: z.string(),
});
type Lease = z.infer<typeof leaseSchema>;

/** The right to write to a run. */
export interface Lock {
  release(): Promise<void>;
}

const PREFIX = 'lock/';
const keyOf = (generation: number): string => `${PREFIX}${String(generation).padStart(6, '0')}.json`;

/**
 * Takes the right to write to a run: a lease with the highest number, written once. The lease of a process that is dead on
 * this host is taken over by writing the next number, which only one of several takers can do.
 * @throws SpiceLabError RUN_LOCKED while another process holds it, or may hold it
 */
export async function acquireLock(store: Store, surroundings: Surroundings = THIS_MACHINE): Promise<Lock> {
  const lease: Lease = {
    token: randomUUID(),
    ...(await surroundings.thisProcess()),
    since: surroundings.time(),
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(lease)}\n`);
  for (;;) {
    const standing = await leases(store);
    for (const { key, lease: other } of standing) await refuseLive(store, surroundings, key, other);
    const generation = Math.max(0, ...standing.map((entry) => entry.generation)) + 1;
    const key = keyOf(generation);
    try {
      if (!(await store.writeOnce(key, bytes))) continue;
      // Somebody may have held a higher number between the listing and the writing.
      for (const { key: otherKey, lease: other } of await leases(store)) {
        if (other?.token === lease.token) continue;
        await refuseLive(store, surroundings, otherKey, other);
        await store.delete(otherKey);
      }
    } catch (thrown) {
      // A write that failed may have come to effect, and this process lives on.
      await giveBack(store, key, lease).catch(() => undefined);
      throw thrown;
    }
    return { release: () => store.delete(key) };
  }
}

async function giveBack(store: Store, key: string, lease: Lease): Promise<void> {
  const bytes = await store.read(key);
  if (bytes && leaseOf(bytes)?.token === lease.token) await store.delete(key);
}

async function leases(store: Store) {
  const found: { key: string; generation: number; lease: Lease | undefined }[] = [];
  for await (const { key } of store.list(PREFIX)) {
    const generation = Number(/(\d+)\.json$/.exec(key)?.[1]);
    const bytes = await store.read(key);
    if (!bytes || !Number.isInteger(generation)) continue;
    found.push({ key, generation, lease: leaseOf(bytes) });
  }
  return found;
}

/** An unreadable lease is nobody's: a lease is written whole or not at all. */
function leaseOf(bytes: Uint8Array): Lease | undefined {
  try {
    return leaseSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

async function refuseLive(
  store: Store,
  surroundings: Surroundings,
  key: string,
  lease: Lease | undefined,
): Promise<void> {
  if (!lease) return;
  const liveness = await surroundings.livenessOf(lease);
  if (liveness === 'dead') return;
  const since = lease.since.replace('T', ' ').replace(/\..*$/, ' UTC');
  throw new SpiceLabError(
    'RUN_LOCKED',
    `process ${lease.pid} on ${lease.host} works on this run (${store.location}) since ${since}`,
    {
      remedy:
        liveness === 'alive'
          ? `Wait for it, or end it with \`kill ${lease.pid}\` and try again; another run needs another --out.`
          : `Wait for it; if that process is gone for certain, add --take-over (or delete ${key} below ${store.location}).`,
    },
  );
}
