import { z } from 'zod';

const scalar = z.union([z.number(), z.string()]);
const text = z.string().min(1);

const distributionObject = z.strictObject({
  distribution: text.describe(
    'normal, truncated, uniform, lognormal, triangular, discrete or empirical (gauss and flat are taken too)',
  ),
  nominal: scalar.optional().describe("The centre; the deck's own value when absent"),
  sigma: scalar.optional().describe('One standard deviation: a number, or a share of the nominal such as 1%'),
  tol: scalar
    .optional()
    .describe('A tolerance: of a normal distribution quoted at `at` sigma, else the half width'),
  at: scalar.optional().describe('At how many sigma the tolerance of a normal distribution is quoted'),
  low: scalar.optional().describe('Lower limit: a number, or an offset from the nominal such as -3%'),
  high: scalar.optional().describe('Upper limit: a number, or an offset from the nominal such as 3%'),
  cut: scalar.optional().describe('A normal distribution is cut off at this many sigma on both sides'),
  values: z.array(scalar).min(1).optional().describe('Values of a discrete or empirical distribution'),
  weights: z.array(scalar).min(1).optional().describe('Weights of the values of a discrete distribution'),
  file: text
    .optional()
    .describe('File that an empirical distribution is read from (CSV, or a number per line)'),
  column: text.optional().describe('Column of that file'),
});
export type DistributionObject = z.infer<typeof distributionObject>;

const matrixObject = z.strictObject({
  targets: z.array(text).min(2).describe('The targets, in the order of the rows'),
  matrix: z.array(z.array(scalar)).describe('Their correlation matrix'),
});

const cornerObject = z.strictObject({
  lib: z
    .union([text, z.record(z.string(), text)])
    .optional()
    .describe('Library section instead of the one in the deck: one for all, or one per library file'),
  temp: scalar.optional().describe('Temperature in degrees Celsius'),
  set: z.record(z.string(), scalar).optional().describe('Values of parameters, sources or any other target'),
});
export type CornerObject = z.infer<typeof cornerObject>;

const measureObject = z.strictObject({
  expression: text.describe('What is measured, such as when(vdb(out),-3)'),
  analysis: text.optional().describe('The analysis it is measured in, such as ac or tran2'),
  unit: text.optional().describe('Unit to show'),
});

const specObject = z.strictObject({
  low: scalar.optional().describe('Lowest value that passes'),
  high: scalar.optional().describe('Highest value that passes'),
  name: text.optional().describe('Name of the spec in reports'),
});

const list = z.union([text, z.array(text)]);

const statisticsObject = z.strictObject({
  vary: list
    .optional()
    .describe('process, mismatch, all, none or patterns of names such as "*.mis_vth": which of them vary'),
  tie: list
    .optional()
    .describe('Statistical .params, by pattern, that draw once per sample wherever they are used'),
});

const designObject = z.strictObject({
  targets: list.describe('What it sets, such as [M1.w, M2.w]: all of them the same'),
  range: text.describe('What may be chosen, such as log(1u, 20u)'),
});

const tuneObject = z.strictObject({
  budget: scalar.optional().describe('Simulations in all, such as 20k'),
  sampler: text
    .optional()
    .describe('Who suggests designs: tpe, cmaes or nsga2 (of Optuna, in Python), random or sobol'),
  start: z
    .array(z.record(z.string(), scalar))
    .optional()
    .describe('Designs to begin with, as in { R1: 1k, C1: 10n }'),
  atOnce: scalar.optional().describe('Designs under way at once; 8 by default'),
  first: scalar
    .optional()
    .describe('Samples that every design gets; good ones get more, up to samples. 32 or more by default'),
  factor: scalar
    .optional()
    .describe('The best of so many designs goes on to so many times as many samples; 4 by default'),
  earlyStopping: z.boolean().optional().describe('false: every design gets all samples'),
  confirm: scalar
    .optional()
    .describe('How many of the best designs are simulated again with other draws; 3 by default'),
});

const runObject = z.strictObject({
  engine: text.optional().describe('Simulator: libngspice, wasm or ngspice'),
  workers: scalar.optional().describe('Worker processes; as many as physical cores by default'),
  chunk: scalar.optional().describe('Samples per chunk; chosen by itself by default'),
  until: z
    .union([text, z.array(text)])
    .optional()
    .describe('Stop when an estimate is this good, such as "yield +-0.5%" or "mean(bw) +-0.1%"'),
  confidence: scalar.optional().describe('Confidence of every interval, such as 95% or 0.95'),
  on: text.optional().describe('Backend to run on, such as local'),
  timeout: scalar.optional().describe('Seconds that one sample may take'),
});
export const RUN_KEYS = Object.keys(runObject.shape);

/** What a user writes, in a file, as a TypeScript object or through flags: short forms or objects. */
export const studyInputSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find this schema'),
  title: z.string().optional().describe('A title for reports'),
  deck: z
    .union([
      text,
      z.strictObject({
        text: z.string().describe('The deck itself'),
        folder: z.string().optional().describe('Folder that its includes are relative to'),
      }),
    ])
    .describe('The SPICE deck: a path relative to this file, or the text itself'),
  vary: z
    .union([z.array(text), z.record(z.string(), z.union([text, distributionObject]))])
    .optional()
    .describe(
      'What is drawn for every sample: target (or wildcard) and distribution, as in R1: normal(1k, 1%); in a list also process, mismatch, all, none or a pattern, as statistics takes them',
    ),
  statistics: z
    .union([list, statisticsObject])
    .optional()
    .describe(
      'The random numbers that the deck itself draws (agauss, mc, DEV=): which vary, as in mismatch, or a map of vary and tie; all vary where samples are drawn',
    ),
  correlate: z
    .union([z.array(z.union([text, matrixObject])), z.record(z.string(), scalar)])
    .optional()
    .describe('Correlations between varied targets, as in "R1,R2": 0.9, or targets with a matrix'),
  sweep: z
    .union([z.array(text), z.record(z.string(), z.union([scalar, z.array(scalar)]))])
    .optional()
    .describe(
      'What is stepped through: target and values, as in R1: lin(1k, 2k, 11), crossed with one another',
    ),
  zip: z
    .array(z.union([text, z.array(text).min(2)]))
    .optional()
    .describe('Swept targets that step together instead of being crossed, as in [R1, C1]'),
  corners: z
    .union([text, z.array(text), z.record(z.string(), z.union([text, cornerObject]))])
    .optional()
    .describe(
      'Named sets of library sections, values and a temperature, as in ff: "lib=ff, temp=-40, VDD=1.98"',
    ),
  analyses: z
    .union([text, z.array(text)])
    .optional()
    .describe("Analyses instead of the deck's own, such as ac dec 10 1 1meg"),
  measure: z
    .union([z.array(text), z.record(z.string(), z.union([text, measureObject]))])
    .optional()
    .describe('Measurements besides those of the deck, as in bw: when(vdb(out),-3)'),
  specs: z
    .union([z.array(text), z.record(z.string(), z.union([text, specObject]))])
    .optional()
    .describe('Limits on measurements or expressions: a list such as ["bw>1.4k"], or bw: ">1.4k"'),
  save: z
    .union([text, z.array(text)])
    .optional()
    .describe('Vectors whose waveforms are kept, such as v(out) or ac:v(out)'),
  samples: scalar.optional().describe('Draws per point of the sweep; 1000 where something varies, else 1'),
  seed: scalar.optional().describe('Seed of the draws, a whole number; 1 by default'),
  sampling: text
    .optional()
    .describe(
      'How draws are made: random (default), sobol (scrambled Sobol points) or lhs (Latin hypercube)',
    ),
  replicates: scalar
    .optional()
    .describe('Independent scrambles of Sobol points, or Latin hypercubes; 16 by default'),
  highSigma: scalar
    .optional()
    .describe(
      'Sigma level of failures too rare for plain sampling, such as 5: they are searched, and estimated by importance sampling',
    ),
  design: z
    .union([z.array(text), z.record(z.string(), z.union([text, designObject]))])
    .optional()
    .describe('What spicelab tune chooses: target (or several) and range, as in "M1.w, M2.w": log(1u, 20u)'),
  minimize: list.optional().describe('What shall be small, such as mean(power), worst(power) or power'),
  maximize: list.optional().describe('What shall be large, such as yield or percentile(gain, 1%)'),
  constraints: list.optional().describe('What has to hold, such as yield >= 99.7% or mean(bw) > 1meg'),
  tune: tuneObject.optional().describe('How designs are searched'),
  trustDeck: z
    .boolean()
    .optional()
    .describe('Lets .control blocks, shell commands and the like of the deck through'),
  run: runObject.optional().describe('How to run it, where the command line does not say otherwise'),
});

export type StudyInput = z.input<typeof studyInputSchema>;
export type RunInput = NonNullable<StudyInput['run']>;

/** Keys of the objects inside a study, by the key that they stand under. */
export const KEYS_UNDER: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(studyInputSchema.shape),
  deck: ['text', 'folder'],
  vary: Object.keys(distributionObject.shape),
  statistics: Object.keys(statisticsObject.shape),
  correlate: Object.keys(matrixObject.shape),
  corners: Object.keys(cornerObject.shape),
  measure: Object.keys(measureObject.shape),
  specs: Object.keys(specObject.shape),
  design: Object.keys(designObject.shape),
  tune: Object.keys(tuneObject.shape),
  run: RUN_KEYS,
};

/** The JSON Schema of a study file, for editors. */
export function studyJsonSchema(): object {
  return {
    ...z.toJSONSchema(studyInputSchema, { io: 'input', target: 'draft-7' }),
    title: 'SpiceLab study',
    description: 'A SPICE deck and a question: what varies, what is measured, and what must hold.',
  };
}
