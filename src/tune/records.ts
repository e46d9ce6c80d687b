import { z } from 'zod';
import { SpiceLabError } from '../errors/index.ts';
import { planSchema } from '../plan/schema.ts';
import type { Store } from '../store.ts';
import { SAMPLERS } from '../study/schema.ts';

const number = z.number();
const count = z.number().int().nonnegative();
/** JSON has no NaN. */
const figure = z.number().nullable();

const rangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('continuous'), low: number, high: number, log: z.boolean() }),
  z.object({ kind: z.literal('integer'), low: number, high: number, log: z.boolean() }),
  z.object({ kind: z.literal('grid'), values: z.array(number).min(1) }),
  z.object({ kind: z.literal('choice'), values: z.array(number).min(1) }),
]);
const statisticSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('yield'), of: z.string().optional() }),
  z.object({ kind: z.enum(['mean', 'sigma', 'median', 'min', 'max']), of: z.string() }),
  z.object({ kind: z.literal('percentile'), of: z.string(), share: number }),
]);
const figureShape = { text: z.string(), expression: z.string(), statistics: z.array(statisticSchema) };
const tuningSchema = z.object({
  design: z.array(z.object({ name: z.string(), targets: z.array(z.string()), range: rangeSchema })).min(1),
  objectives: z.array(z.object({ ...figureShape, direction: z.enum(['minimize', 'maximize']) })).min(1),
  constraints: z.array(z.object({ ...figureShape, low: number.optional(), high: number.optional() })),
  start: z.array(z.record(z.string(), number)),
  atOnce: z.number().int().positive(),
  first: count,
  factor: z.number().int().min(2),
  confirm: count,
});

/** What a search is founded with; nothing of it changes later. */
export const questionSchema = z.object({
  format: z.literal(1),
  /** Hash of the study as it was compiled: the same study finds its search again. */
  requested: z.string(),
  /** One point of whose axis `design` is the design at hand. */
  plan: planSchema,
  /** Position of that axis among the plan's. */
  axis: count,
  /** Per column of that axis the design variable that sets it. */
  columns: z.array(count),
  tuning: tuningSchema,
  /** The deck's own design, where it tells every value and all lie within their ranges. */
  own: z.array(number).optional(),
  /** Most samples of a design. */
  samples: z.number().int().positive(),
  sampler: z.enum(SAMPLERS),
  /** Designs of one generation, for samplers that have such. */
  population: z.number().int().positive(),
  engine: z.object({
    name: z.string(),
    options: z.object({ path: z.string().optional(), sampleSeconds: z.number().optional() }),
  }),
  notices: z.array(z.string()),
});
export type Question = z.infer<typeof questionSchema>;

/** A session of the search begins; the last one's budget counts. */
export const sessionSchema = z.object({ time: z.string(), budget: z.number().int().positive() });

/** Where a design comes from. */
export const ORIGINS = ['deck', 'start', 'sampler', 'random'] as const;

/** A job as it was decided: what it has of its own is written before anything of it is simulated. */
export const jobSchema = z.object({
  trial: count,
  rung: count,
  /** Of the first job of a design. */
  design: z
    .object({
      values: z.array(number),
      point: z.array(number),
      origin: z.enum(ORIGINS),
      generation: z.number().int(),
    })
    .optional(),
});
export type JobRecord = z.infer<typeof jobSchema>;

/** What a job found: figures at the worst point, over all samples that the design has by then. */
export const resultSchema = z.object({
  samples: count,
  objectives: z.array(figure),
  constraints: z.array(figure),
  /** Samples that could not be simulated. */
  failed: count,
  /** Seconds that one simulation took. */
  seconds: number,
});
export type ResultRecord = z.infer<typeof resultSchema>;

const keyOf = (folder: string, position: number): string =>
  `${folder}/${String(position).padStart(6, '0')}.json`;
export const trialFolder = (trial: number): string => `trials/${String(trial).padStart(6, '0')}`;
export const confirmFolder = (trial: number): string => `confirm/${String(trial).padStart(6, '0')}`;

/** @throws SpiceLabError RUN_UNREADABLE for what is there and is not ours */
export async function readRecord<T>(store: Store, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await store.read(key);
  if (!bytes) return undefined;
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new SpiceLabError('RUN_UNREADABLE', `${key} of the search in ${store.location} cannot be read`, {
      cause,
      remedy:
        'It was damaged, or written by a newer release of spicelab: update, or search in another folder.',
    });
  }
}

export async function writeRecord(store: Store, key: string, record: object): Promise<void> {
  await store.writeOnce(key, new TextEncoder().encode(`${JSON.stringify(record)}\n`));
}

export const QUESTION_KEY = 'tune.json';
export const jobKey = (position: number): string => keyOf('jobs', position);
export const resultKey = (position: number): string => keyOf('results', position);
export const sessionKey = (position: number): string => keyOf('sessions', position);

/** Records of one kind from position 0 on, until there is none. */
export async function readSeries<T>(
  store: Store,
  key: (position: number) => string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const series: T[] = [];
  for (;;) {
    const record = await readRecord(store, key(series.length), schema);
    if (record === undefined) return series;
    series.push(record);
  }
}
