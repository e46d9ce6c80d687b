import { nearestNames, SpiceLabError } from '../errors/index.ts';
import type { Plan } from '../plan/schema.ts';

/** Limits on a measurement, as a row is judged by them. */
export interface Bound {
  readonly measurement: string;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** Largest distance of an estimate to the ends of its interval; relative ones are a share of the estimate. */
export interface Tolerance {
  readonly amount: number;
  readonly relative: boolean;
}

/** When a run knows enough. `text` is the rule as the user wrote it. */
export type StoppingRule =
  | {
      readonly kind: 'yield';
      readonly text: string;
      readonly bounds: readonly Bound[];
      readonly tolerance: Tolerance;
    }
  | {
      readonly kind: 'mean' | 'sigma';
      readonly text: string;
      readonly measurement: string;
      readonly tolerance: Tolerance;
    };

/** Reads a number (`1.4k`) or a share (`0.5%`), `undefined` for anything else. */
export type ReadQuantity = (
  text: string,
) => { readonly amount: number; readonly relative: boolean } | undefined;

const RULE = /^(yield|mean|sigma)\s*(?:\(\s*(.*?)\s*\))?\s*(?:\+-|\+\/-|±)\s*(\S+)$/i;
const EXAMPLES =
  'Write a rule such as "yield +-0.5%", "yield(bw>1.4k) +-0.5%", "mean(bw) +-0.1%" or "sigma(bw) +-2%".';

/**
 * Reads `yield +-0.5%` (all specs together), `yield(NAME) …` (the spec of that name), `yield(bw>1.4k) …`, `mean(bw) +-0.1%`
 * (of the mean), `mean(bw) +-10` (in its unit), `sigma(bw) +-2%`. A yield's `%` is of all samples.
 * @throws SpiceLabError OPTION_INVALID for another syntax, an unknown measurement or a yield without specs.
 */
export function readStoppingRule(
  text: string,
  plan: Pick<Plan, 'measurements' | 'specs'>,
  readQuantity: ReadQuantity,
): StoppingRule {
  const [, word, argument, amount] = RULE.exec(text.trim()) ?? [];
  const quantity = amount === undefined ? undefined : readQuantity(amount);
  if (word === undefined || !quantity || !(quantity.amount > 0))
    throw invalid(`"${text}" is not a stopping rule`, EXAMPLES);
  const kind = word.toLowerCase() as StoppingRule['kind'];
  if (kind === 'yield')
    return {
      kind,
      text,
      bounds: readBounds(text, argument, plan, readQuantity),
      tolerance: { amount: quantity.amount, relative: false },
    };
  if (!argument) throw invalid(`"${text}" does not say of which measurement`, EXAMPLES);
  return {
    kind,
    text,
    measurement: knownMeasurement(text, argument, plan),
    tolerance: { amount: quantity.amount, relative: quantity.relative },
  };
}

function readBounds(
  text: string,
  argument: string | undefined,
  plan: Pick<Plan, 'measurements' | 'specs'>,
  readQuantity: ReadQuantity,
): Bound[] {
  if (!argument) {
    if (plan.specs.length === 0)
      throw invalid(`"${text}" needs a spec`, 'Add one, such as --spec "bw>1.4k".');
    return plan.specs.map(({ measurement, low, high }) => ({ measurement, low, high }));
  }
  const named = plan.specs.find((spec) => spec.name === argument);
  if (named) return [{ measurement: named.measurement, low: named.low, high: named.high }];
  const [, name, sign, limitText] = /^(.+?)\s*(>=?|<=?)\s*(\S+)$/.exec(argument) ?? [];
  const limit = limitText === undefined ? undefined : readQuantity(limitText);
  if (name === undefined || !limit || limit.relative)
    throw invalid(`"${argument}" is neither a spec's name nor a limit on a measurement`, EXAMPLES);
  const measurement = knownMeasurement(text, name, plan);
  return [sign!.startsWith('>') ? { measurement, low: limit.amount } : { measurement, high: limit.amount }];
}

function knownMeasurement(text: string, name: string, plan: Pick<Plan, 'measurements'>): string {
  const names = plan.measurements.map((measurement) => measurement.name);
  const found =
    names.find((known) => known === name) ??
    names.find((known) => known.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const near = nearestNames(name, names);
  throw invalid(
    `"${text}" is about '${name}', which is not a measurement of this study`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `The measurements are ${names.join(', ')}.`,
  );
}

const invalid = (message: string, remedy: string) => new SpiceLabError('OPTION_INVALID', message, { remedy });
