import { z } from 'zod';

/** Raised when an older reader would misunderstand a newer plan. */
export const PLAN_FORMAT = 1;

const finite = z.number();
const index = z.number().int().nonnegative();

/** A distribution with every quantity absolute, in the target's own unit. `sigma` is always one standard deviation. */
export const distributionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('normal'), mean: finite, sigma: finite.nonnegative() }),
  /** Normal cut off to [low, high] and renormalised; `sigma` is that of the uncut normal. */
  z.object({
    kind: z.literal('truncated-normal'),
    mean: finite,
    sigma: finite.positive(),
    low: finite,
    high: finite,
  }),
  z.object({ kind: z.literal('uniform'), low: finite, high: finite }),
  /** exp(N(ln median, sigma)): `sigma` is that of the logarithm. */
  z.object({ kind: z.literal('lognormal'), median: finite.positive(), sigma: finite.nonnegative() }),
  z.object({ kind: z.literal('triangular'), low: finite, mode: finite, high: finite }),
  z.object({
    kind: z.literal('discrete'),
    values: z.array(finite).min(1),
    weights: z.array(finite.nonnegative()).min(1),
  }),
  /** Quantile function through the sorted values, linear in between (Hyndman & Fan 1996, type 7). */
  z.object({ kind: z.literal('empirical'), sorted: z.array(finite).min(1) }),
]);
export type Distribution = z.infer<typeof distributionSchema>;

/**
 * What differs from sample to sample. A `random` variable is drawn; an `axis` variable is read from an axis;
 * `labels` makes it categorical (its value is an index into them, such as the corner's name).
 */
export const variableSchema = z.object({
  name: z.string().min(1),
  unit: z.string(),
  /** The deck's own value; NaN-free, in the unit above. For a categorical variable 0. */
  nominal: finite,
  /** Of a draw of the deck itself: whether it reaches several devices (`process`) or one device alone. */
  class: z.enum(['process', 'mismatch']).optional(),
  labels: z.array(z.string()).optional(),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('random'), distribution: distributionSchema }),
    z.object({ kind: z.literal('axis'), axis: index }),
  ]),
});
export type Variable = z.infer<typeof variableSchema>;

/**
 * One dimension of the deterministic part of a plan (a sweep, zipped sweeps, the corners, worst-case points).
 * `columns` holds, per variable index of the plan, its value at each of the `length` positions.
 * `circuits`, where given, says which circuit each position uses.
 */
export const axisSchema = z.object({
  name: z.string(),
  length: z.number().int().positive(),
  columns: z.array(z.object({ variable: index, values: z.array(finite) })),
  circuits: z.array(index).optional(),
});
export type Axis = z.infer<typeof axisSchema>;

/** One normal density of a mixture: the independent normal scores of some random variables moved by so many sigmas. */
export const shiftSchema = z.object({
  /** Share of the draws, up to a common factor. */
  weight: finite.positive(),
  shift: z.array(z.object({ variable: index, by: finite })),
});
export type Shift = z.infer<typeof shiftSchema>;

/**
 * How random variables are drawn. Draw j of a plan is the same at every point of the axes (common random numbers).
 * `sobol`: `replicates` independent scrambles, draw j is point floor(j / replicates) of replicate j mod replicates.
 * `lhs`: Latin hypercubes of `block` draws each, one after the other.
 * `importance`: from a mixture of shifted densities instead of the variables' own (see `importanceDraws`), on scrambled
 * Sobol points where `replicates` is above 0, pseudo-random where it is 0. The shifts come from `searched` simulations up
 * to `reach` sigma from the nominal point; the limits of the specs named in `unreached` were not met there.
 */
export const samplingSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('random'), seed: index }),
  z.object({ method: z.literal('sobol'), seed: index, replicates: z.number().int().positive() }),
  z.object({ method: z.literal('lhs'), seed: index, block: z.number().int().positive() }),
  z.object({
    method: z.literal('importance'),
    seed: index,
    replicates: index,
    shifts: z.array(shiftSchema).min(1),
    searched: index,
    reach: finite.positive(),
    unreached: z.array(z.string()),
  }),
]);
export type Sampling = z.infer<typeof samplingSchema>;

/** Members (variable indices) whose normal scores have this correlation matrix (Gaussian copula). */
export const correlationSchema = z.object({
  members: z.array(index).min(2),
  matrix: z.array(z.array(finite)),
});
export type Correlation = z.infer<typeof correlationSchema>;

/**
 * A stretch of a circuit's text that is replaced, per sample, by the printed value of an expression: the reload rung.
 * Expressions refer to variable k of the plan as `$k`. `active` slots are filled for every sample; the others are covered
 * by an assignment, and filled only to print a sample's deck or where the slow rung is asked for.
 */
export const slotSchema = z.object({ offset: index, length: index, value: z.string(), active: z.boolean() });
export type Slot = z.infer<typeof slotSchema>;

/** A deck with everything included: title line first, `.end` last, no analysis and no measurement lines. */
export const circuitSchema = z.object({
  label: z.string(),
  text: z.string(),
  slots: z.array(slotSchema),
  /** Where lines came from, run-length encoded: from line `line` (1-based) of the text on, `file` at `fileLine` and following. */
  sources: z.array(z.string()),
  origins: z.array(
    z.object({ line: z.number().int().positive(), source: index, sourceLine: z.number().int().positive() }),
  ),
});
export type Circuit = z.infer<typeof circuitSchema>;

/** Slots have the same effect, so that a deck with every slot filled needs this assignment no more. */
const covered = z.boolean().optional();

/** What a loaded simulator is told before a sample's analyses; `value` is an expression over `$k`. The direct rung. */
export const assignmentSchema = z.discriminatedUnion('kind', [
  /** `alter DEVICE = value` (no parameter) or `alter @DEVICE[PARAMETER] = value`, on the flattened instance. */
  z.object({
    kind: z.literal('alter'),
    device: z.string(),
    parameter: z.string().optional(),
    value: z.string(),
    covered,
  }),
  /** `altermod @MODEL[PARAMETER] = value`; the model's name as the simulator flattens it. */
  z.object({
    kind: z.literal('altermod'),
    model: z.string(),
    parameter: z.string(),
    value: z.string(),
    covered,
  }),
  /** `alterparam PARAMETER = value`; all of a sample's are followed by one `reset`. */
  z.object({ kind: z.literal('alterparam'), parameter: z.string(), value: z.string(), covered }),
  /** Circuit temperature in degrees Celsius. */
  z.object({ kind: z.literal('temperature'), value: z.string(), covered }),
]);
export type Assignment = z.infer<typeof assignmentSchema>;

export const ANALYSIS_KINDS = ['op', 'dc', 'ac', 'tran', 'noise', 'tf'] as const;
export const analysisSchema = z.object({
  /** `ac`, or `ac2` for the second of a kind. */
  name: z.string(),
  kind: z.enum(ANALYSIS_KINDS),
  /** The simulator's command without a dot: `ac dec 10 1 1meg`. `{…}` is an expression over `$k`, see `compileCommand`. */
  command: z.string(),
  /** Vectors that measurements or waveforms read, in the simulator's own lower-case names (`v(out)`, `i(v1)`, `@m1[gm]`); the scale is always read. */
  vectors: z.array(z.string()),
});
export type Analysis = z.infer<typeof analysisSchema>;

/**
 * A named number per sample: what the simulator's own `meas` finds (`find v(out) at=1u`; `{…}` in it is an expression over
 * `$k`, see `compileCommand`), an expression over the vectors of one analysis, earlier measurements and `$k`, or an
 * expression over earlier measurements and `$k` alone. Names of measurements are in lower case there.
 */
export const measurementSchema = z.object({
  name: z.string().min(1),
  unit: z.string(),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('meas'), analysis: z.string(), command: z.string() }),
    z.object({ kind: z.literal('vectors'), analysis: z.string(), expression: z.string() }),
    z.object({ kind: z.literal('scalars'), expression: z.string() }),
  ]),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** Limits on a measurement; a sample passes when low <= value <= high (an absent limit does not bind). */
export const specSchema = z.object({
  name: z.string(),
  measurement: z.string(),
  low: finite.optional(),
  high: finite.optional(),
});
export type Spec = z.infer<typeof specSchema>;

export const waveformRequestSchema = z.object({ analysis: z.string(), vectors: z.array(z.string()) });
export type WaveformRequest = z.infer<typeof waveformRequestSchema>;

/**
 * The study compiled: self-contained, serialisable, named by the hash of its content. What travels.
 * Sample i is point i mod P of the axes (the last axis runs fastest, P the product of their lengths) and draw floor(i / P).
 */
export const planSchema = z.object({
  format: z.literal(PLAN_FORMAT),
  title: z.string(),
  circuits: z.array(circuitSchema).min(1),
  variables: z.array(variableSchema),
  axes: z.array(axisSchema),
  sampling: samplingSchema,
  correlations: z.array(correlationSchema),
  assignments: z.array(assignmentSchema),
  analyses: z.array(analysisSchema),
  measurements: z.array(measurementSchema),
  specs: z.array(specSchema),
  waveforms: z.array(waveformRequestSchema),
});
export type Plan = z.infer<typeof planSchema>;
