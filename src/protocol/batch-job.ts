import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { SpiceLabError } from '../errors/index.ts';
import { type Chunk, engineOptionsSchema, errorSchema, PROTOCOL_VERSION } from './messages.ts';

/**
 * What a worker of a batch backend finds in the run's store, or in a folder that the platform mounts: the document of its
 * job, the plan, and nothing else. Index i of the job is chunk i of the table.
 */
const jobSchema = z.object({
  protocol: z.number(),
  job: z.string(),
  plan: z.string(),
  engine: z.object({ name: z.string(), options: engineOptionsSchema }),
  /** Id, first sample, end. */
  chunks: z.array(z.tuple([z.string(), z.number().int().nonnegative(), z.number().int().positive()])),
});

export interface BatchJob {
  readonly job: string;
  /** Id of the plan. */
  readonly plan: string;
  readonly engine: z.infer<typeof jobSchema>['engine'];
  readonly chunks: readonly Chunk[];
}

const makerSchema = {
  /** A name that no other worker of the run has: a pod, a task's attempt. */
  worker: z.string(),
  host: z.string(),
};

/**
 * How an index of a job ended, told by its worker; written once, so that anybody can derive the job's events from the store.
 * An index without one ended with its worker, or has not ended.
 */
const outcomeSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('part'),
    ...makerSchema,
    engine: z.object({ name: z.string(), version: z.string() }),
    /** Of simulation. */
    seconds: z.number(),
    rows: z.number(),
    /** Bytes of resident memory that the worker took at most. */
    memory: z.number(),
  }),
  z.object({
    type: z.literal('failed'),
    ...makerSchema,
    cause: z.enum(['timeout', 'memory', 'error']),
    error: errorSchema,
    suspect: z.number().optional(),
  }),
  /** The engine took its process with it. */
  z.object({
    type: z.literal('lost'),
    ...makerSchema,
    reason: z.enum(['crash', 'memory']),
    detail: z.string(),
  }),
]);
export type BatchOutcome = z.infer<typeof outcomeSchema>;

/** What the exit code of a batch worker says to its platform. */
export const BATCH_EXIT = {
  /** The part is in the store. */
  done: 0,
  /** The plan, the engine or the job cannot be used: no worker will do better. */
  refused: 42,
  /** The chunk ended without a part, and the store says how; whether it is tried again is the run's decision. */
  ended: 43,
  /** Infrastructure: another attempt may do better. */
  failed: 1,
  /** Asked to go before the chunk was finished. */
  handedBack: 143,
} as const;

export const JOB_FILE = 'job.json.gz';
export const PLAN_FILE = 'plan.json.gz';

export const jobKey = (job: string): string => `jobs/${job}/${JOB_FILE}`;
export const jobPlanKey = (plan: string): string => `plans/${plan}.json.gz`;
export const outcomesPrefix = (job: string): string => `jobs/${job}/outcomes/`;
export const outcomeKey = (job: string, index: number): string =>
  `${outcomesPrefix(job)}${String(index).padStart(6, '0')}.json`;

/** The index that a key below `outcomesPrefix` is of; `undefined` for a foreign one. */
export function outcomeIndex(key: string): number | undefined {
  const [, digits] = /\/outcomes\/(\d{6,})\.json$/.exec(key) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeBatchJob({ job, plan, engine, chunks }: BatchJob): Uint8Array {
  const table = chunks.map(({ id, start, end }) => [id, start, end]);
  return gzipSync(JSON.stringify({ protocol: PROTOCOL_VERSION, job, plan, engine, chunks: table }));
}

/** @throws SpiceLabError PROTOCOL_INVALID for what is no job, or one of another release */
export function decodeBatchJob(bytes: Uint8Array): BatchJob {
  const document = parse(jobSchema, 'job', () => JSON.parse(unzipped(bytes)));
  if (document.protocol !== PROTOCOL_VERSION)
    throw new SpiceLabError(
      'BACKEND_UNUSABLE',
      `the job speaks protocol ${document.protocol}, the worker ${PROTOCOL_VERSION}`,
      { remedy: 'Use the image of the release that submits the jobs.' },
    );
  return { ...document, chunks: document.chunks.map(([id, start, end]) => ({ id, start, end })) };
}

export const encodeOutcome = (outcome: BatchOutcome): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(outcome)}\n`);

/** @throws SpiceLabError PROTOCOL_INVALID */
export const decodeOutcome = (bytes: Uint8Array): BatchOutcome =>
  parse(outcomeSchema, 'outcome', () => JSON.parse(new TextDecoder().decode(bytes)));

const unzipped = (bytes: Uint8Array): string => gunzipSync(bytes).toString('utf8');

function parse<T>(schema: z.ZodType<T>, what: string, read: () => unknown): T {
  try {
    return schema.parse(read());
  } catch (cause) {
    throw new SpiceLabError('PROTOCOL_INVALID', `the document of the ${what} cannot be read`, { cause });
  }
}
