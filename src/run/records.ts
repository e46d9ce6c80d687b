import { z } from 'zod';
import { SpiceLabError } from '../errors/index.ts';
import type { Store, StoredObject } from '../store.ts';
import { readAhead } from './read-ahead.ts';

const identitySchema = z.object({ name: z.string(), version: z.string() });

const toleranceSchema = z.object({ amount: z.number(), relative: z.boolean() });
const ruleSchema = z.union([
  z.object({
    kind: z.literal('yield'),
    text: z.string(),
    bounds: z
      .array(z.object({ measurement: z.string(), low: z.number().optional(), high: z.number().optional() }))
      .readonly(),
    tolerance: toleranceSchema,
  }),
  z.object({
    kind: z.enum(['mean', 'sigma']),
    text: z.string(),
    measurement: z.string(),
    tolerance: toleranceSchema,
  }),
]);

const checkSchema = z.object({
  /** Samples that were simulated both ways. */
  samples: z.number(),
  /** Whether the two ways agreed to the last bit. */
  exact: z.boolean(),
  /** Variables whose direct assignments turned out wrong and are reloaded instead. */
  steppedDown: z.array(z.string()),
  notices: z.array(z.string()),
});

/** A session begins. What a later `resume` takes when it is not told otherwise is in the last of these. */
const openedSchema = z.object({
  type: z.literal('opened'),
  session: z.number().int().positive(),
  time: z.string(),
  host: z.string(),
  pid: z.number(),
  planId: z.string(),
  /** The plan as it was compiled, where the self-check had it changed. */
  requested: z.string(),
  check: checkSchema.optional(),
  wanted: z.number().int().nonnegative(),
  /** Samples that had a row already. */
  present: z.number().int().nonnegative(),
  backend: z.string(),
  workers: z.number(),
  engine: z.object({
    name: z.string(),
    options: z.object({ path: z.string().optional(), sampleSeconds: z.number().optional() }),
  }),
  chunk: z.number().int().positive().optional(),
  until: ruleSchema.optional(),
  confidence: z.number(),
  mixEngines: z.boolean(),
});
export type OpenedRecord = z.infer<typeof openedSchema>;

/** The first worker of a session told which engine it has. */
const engineSchema = z.object({
  type: z.literal('engine'),
  session: z.number().int().positive(),
  time: z.string(),
  engine: identitySchema,
});

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('complete') }),
  z.object({ kind: z.literal('enough'), samples: z.number(), rule: z.string() }),
  z.object({ kind: z.literal('interrupted') }),
  z.object({ kind: z.literal('detached') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);

const closedSchema = z.object({
  type: z.literal('closed'),
  session: z.number().int().positive(),
  time: z.string(),
  outcome: outcomeSchema,
  simulated: z.number(),
  busySeconds: z.number(),
  /** Status word -> rows of the whole run. */
  statuses: z.record(z.string(), z.number()),
  /** What took work away -> times, in this session. */
  losses: z.record(z.string(), z.number()),
});

export type ClosedRecord = z.infer<typeof closedSchema>;

/** A job that goes on without its coordinator: whoever comes after it can watch it again. */
const submittedSchema = z.object({
  type: z.literal('submitted'),
  session: z.number().int().positive(),
  time: z.string(),
  job: z.object({
    backend: z.string(),
    id: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
  /** Id, first sample, end: in the order of the job. */
  chunks: z.array(z.tuple([z.string(), z.number().int().nonnegative(), z.number().int().positive()])),
});
export type SubmittedRecord = z.infer<typeof submittedSchema>;

const recordSchema = z.discriminatedUnion('type', [
  openedSchema,
  engineSchema,
  submittedSchema,
  closedSchema,
]);
export type RunRecord = z.infer<typeof recordSchema>;

const PREFIX = 'records/';
const keyOf = (number: number): string => `${PREFIX}${String(number).padStart(6, '0')}.json`;
const numberOf = (key: string): number => Number(/(\d+)/.exec(key)?.[1] ?? 0);

/** All records of a run, oldest first. @throws SpiceLabError RUN_UNREADABLE for one that is not ours. */
export async function readRecords(store: Store): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  const listed: StoredObject[] = [];
  for await (const object of store.list(PREFIX)) listed.push(object);
  for await (const [{ key }, bytes] of readAhead(store, listed))
    if (bytes) records.push(parseRecord(store, key, bytes));
  let last = Math.max(0, ...listed.map(({ key }) => numberOf(key)));
  // A listing may lag behind what was written, and whoever misses a record takes a session's number twice.
  for (;;) {
    const key = keyOf(++last);
    const bytes = await store.read(key);
    if (!bytes) return records;
    records.push(parseRecord(store, key, bytes));
  }
}

function parseRecord(store: Store, key: string, bytes: Uint8Array): RunRecord {
  try {
    return recordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new SpiceLabError('RUN_UNREADABLE', `${key} of the run in ${store.location} cannot be read`, {
      cause,
      remedy:
        'It was damaged, or written by a newer release of spicelab: update, or delete that file and run the same study into the folder again: the samples that are there are kept.',
    });
  }
}

/** Writes the next record; only the holder of the lock does. */
export async function appendRecord(store: Store, record: RunRecord): Promise<void> {
  let last = 0;
  for await (const { key } of store.list(PREFIX)) last = Math.max(last, numberOf(key));
  const bytes = new TextEncoder().encode(`${JSON.stringify(record, undefined, 2)}\n`);
  for (let number = last + 1; ; number++) if (await store.writeOnce(keyOf(number), bytes)) return;
}

export const submittedRecords = (records: readonly RunRecord[]): SubmittedRecord[] =>
  records.filter((record): record is SubmittedRecord => record.type === 'submitted');

export const openedRecords = (records: readonly RunRecord[]): OpenedRecord[] =>
  records.filter((record): record is OpenedRecord => record.type === 'opened');
