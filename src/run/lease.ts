import { z } from 'zod';
import type { Store } from '../store.ts';

const leaseSchema = z.object({
  token: z.string(),
  host: z.string(),
  pid: z.number().int(),
  boot: z.string().optional(),
  space: z.string().optional(),
  started: z.string().optional(),
  since: z.string(),
});

/** Who may write to a run. */
export type Lease = z.infer<typeof leaseSchema>;

/** A lease that stands in a store. */
export interface StandingLease {
  readonly key: string;
  /** The highest holds. */
  readonly generation: number;
  /** Nothing where it cannot be read: a lease is written whole or not at all, so that is nobody's. */
  readonly lease: Lease | undefined;
  /** How often it was renewed. */
  readonly renewals: number;
}

const PREFIX = 'lock/';
const digits = (number: number): string => String(number).padStart(6, '0');
const LEASE = /^lock\/(\d+)\.json$/;
const RENEWAL = /^lock\/(\d+)\/(\d+)$/;

export const leaseKey = (generation: number): string => `${PREFIX}${digits(generation)}.json`;
export const renewalKey = (generation: number, number: number): string =>
  `${PREFIX}${digits(generation)}/${digits(number)}`;

/** Every lease of a run, and renewals whose lease is gone already. */
export async function readLeases(store: Store): Promise<{ leases: StandingLease[]; strays: string[] }> {
  const keys: string[] = [];
  for await (const { key } of store.list(PREFIX)) keys.push(key);
  const renewals = keys.flatMap((key) => {
    const [, generation, number] = RENEWAL.exec(key) ?? [];
    return generation === undefined ? [] : [{ key, generation: Number(generation), number: Number(number) }];
  });
  const leases: StandingLease[] = [];
  for (const key of keys) {
    const generation = Number(LEASE.exec(key)?.[1] ?? Number.NaN);
    if (!Number.isInteger(generation)) continue;
    const bytes = await store.read(key);
    if (!bytes) continue;
    const own = renewals.filter((renewal) => renewal.generation === generation);
    leases.push({
      key,
      generation,
      lease: leaseOf(bytes),
      renewals: Math.max(0, ...own.map(({ number }) => number)),
    });
  }
  const standing = new Set(leases.map(({ generation }) => generation));
  return { leases, strays: renewals.filter((r) => !standing.has(r.generation)).map(({ key }) => key) };
}

export function leaseOf(bytes: Uint8Array): Lease | undefined {
  try {
    return leaseSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}
