import { SpiceLabError } from '../errors/index.ts';
import { Arguments, type Signature } from './arguments.ts';
import type { StudyContext } from './context.ts';
import { numbersOfFile } from './data-file.ts';
import type { DistributionSpec, Limit, Quantity } from './schema.ts';
import { type Form, isQuoted, readForm, shorten, suggestion, unquote } from './text.ts';

const CODE = 'DISTRIBUTION_INVALID';

/** How far from the mean an absent limit lies, in sigma: beyond it no double has any probability. */
const UNBOUNDED_SIGMA = 38;

const ALIASES: Readonly<Record<string, string>> = {
  gauss: 'normal',
  gaussian: 'normal',
  norm: 'normal',
  flat: 'uniform',
  unif: 'uniform',
  'truncated-normal': 'truncated',
  truncnormal: 'truncated',
  'log-normal': 'lognormal',
  lognorm: 'lognormal',
  triangle: 'triangular',
};

interface Kind extends Signature {
  readonly read: (args: Arguments, context: StudyContext) => DistributionSpec;
}

const KINDS: Readonly<Record<string, Kind>> = {
  normal: {
    example: 'Write normal(1k, 1%) for a nominal of 1k and one sigma of 1 %, or normal(tol=5%, at=3).',
    names: ['nominal', 'sigma', 'tol', 'at', 'low', 'high', 'cut'],
    read: readNormal,
  },
  truncated: {
    example: 'Write truncated(1k, 1%, -3%, 3%), or truncated(1k, 1%, 3) to cut at 3 sigma.',
    names: ['nominal', 'sigma', 'tol', 'at', 'low', 'high', 'cut'],
    read: (args, context) => {
      const spec = readNormal(args, context);
      if (spec.kind === 'normal') throw args.error('says nowhere it is cut off');
      return spec;
    },
  },
  uniform: {
    example: 'Write uniform(1k, 5%) for 1k within 5 %, or uniform(low=900, high=1.1k).',
    names: ['nominal', 'tol', 'low', 'high'],
    read: readUniform,
  },
  lognormal: {
    example: 'Write lognormal(1k, 0.1): the median, and one sigma of the natural logarithm.',
    names: ['nominal', 'sigma'],
    read: readLognormal,
  },
  triangular: {
    example: 'Write triangular(900, 1k, 1.1k) for low, mode and high, or triangular(5%).',
    names: ['low', 'nominal', 'high', 'tol'],
    read: readTriangular,
  },
  discrete: {
    example: 'Write discrete(1k, 2k, 4k), or with weights discrete(1k:0.5, 2k:0.5).',
    names: ['values', 'weights'],
    read: readDiscrete,
  },
  empirical: {
    example: 'Write empirical("values.csv"), or empirical("values.csv", "column").',
    names: ['file', 'column'],
    read: readEmpirical,
  },
};

/** The names that a distribution may be written by. */
export const DISTRIBUTION_NAMES: readonly string[] = [...Object.keys(KINDS), 'gauss', 'flat'];

/**
 * Reads a distribution such as `normal(1k,1%)`. The bare second argument of a normal distribution is one sigma;
 * a tolerance says at how many sigma it is quoted: `normal(tol=5%, at=3)`.
 * @throws SpiceLabError DISTRIBUTION_INVALID, with the nearest name and an example; FILE_FAILED from the reader
 */
export function parseDistribution(text: string, context: StudyContext): DistributionSpec {
  const form = readForm(text);
  if (!form && /^\s*[a-z][\w-]*\s*\(/i.test(text))
    throw new SpiceLabError(CODE, `"${shorten(text)}" has brackets or quotes that do not pair up`, {
      remedy: 'Close every bracket and quote, as in normal(1k, 1%).',
    });
  if (!form && DISTRIBUTION_NAMES.some((name) => name === text.trim().toLowerCase()))
    throw new SpiceLabError(CODE, `"${shorten(text)}" does not say how wide it is`, {
      remedy: 'Write its numbers in brackets, as in normal(1%), normal(1k, 1%) or uniform(5%).',
    });
  if (!form)
    throw new SpiceLabError(CODE, `"${shorten(text)}" is not a distribution`, {
      remedy: suggestion(
        text.replace(/\(.*/s, ''),
        DISTRIBUTION_NAMES,
        'Write one such as normal(1%) or uniform(1k, 5%).',
      ),
    });
  return readDistribution(form, context);
}

/** As `parseDistribution`, of a form that is already taken apart. */
export function readDistribution(form: Form, context: StudyContext): DistributionSpec {
  const name = ALIASES[form.name] ?? form.name;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (!kind)
    throw new SpiceLabError(CODE, `there is no distribution "${shorten(form.name)}"`, {
      remedy: suggestion(form.name, DISTRIBUTION_NAMES, `Known are ${Object.keys(KINDS).join(', ')}.`),
    });
  return kind.read(new Arguments(form, kind, CODE), context);
}

/** `(sigma)`, `(nominal, sigma)`, `(nominal, sigma, cut)` or `(nominal, sigma, low, high)`. */
function readNormal(args: Arguments, _context: StudyContext): DistributionSpec {
  const count = args.positional.length;
  if (count === 1) args.name(args.has('sigma') || args.has('tol') ? 'nominal' : 'sigma');
  else if (count === 3) args.name('nominal', 'sigma', 'cut');
  else args.name('nominal', 'sigma', 'low', 'high');
  const nominal = args.number('nominal');
  const sigma = readSigma(args);
  const cut = args.number('cut');
  if (cut !== undefined && (args.has('low') || args.has('high')))
    throw args.error('has both a cut and limits');
  if (cut !== undefined && !(cut > 0)) throw args.error('is cut off at no number of sigma above 0');
  if (cut === undefined && !args.has('low') && !args.has('high')) return { kind: 'normal', nominal, sigma };
  if (!(sigma.amount > 0)) throw args.error('needs a sigma above 0 to be cut off');
  const side = (count: number): Limit => ({
    offset: { amount: count * sigma.amount, relative: sigma.relative },
  });
  const low = args.limit('low') ?? side(-(cut ?? UNBOUNDED_SIGMA));
  const high = args.limit('high') ?? side(cut ?? UNBOUNDED_SIGMA);
  checkLimits(args, low, high);
  return { kind: 'truncated-normal', nominal, sigma, low, high };
}

function readSigma(args: Arguments): Quantity {
  const sigma = args.quantity('sigma');
  const tolerance = args.quantity('tol');
  const at = args.number('at');
  if (sigma && tolerance) throw args.error('has both a sigma and a tolerance');
  if (sigma && at !== undefined) throw args.error('says "at", which belongs to a tolerance');
  if (tolerance && at === undefined)
    throw args.error('does not say at how many sigma its tolerance is quoted');
  const spread = tolerance && at ? { ...tolerance, amount: tolerance.amount / at } : sigma;
  if (!spread) throw args.error('has no sigma');
  if (!(spread.amount >= 0 && Number.isFinite(spread.amount))) throw args.error('has a sigma below 0');
  return spread;
}

/** Both of a kind must be in order; an offset against a place can only be judged with the deck's value. */
function checkLimits(args: Arguments, low: Limit, high: Limit): void {
  const from = 'at' in low ? low.at : low.offset.amount;
  const to = 'at' in high ? high.at : high.offset.amount;
  const comparable =
    'at' in low ? 'at' in high : !('at' in high) && low.offset.relative === high.offset.relative;
  if (comparable && !(from < to)) throw args.error('has limits that are out of order');
}

/** `(tol)`, `(nominal, tol%)`, or low and high by name: two plain numbers could mean either. */
function readUniform(args: Arguments): DistributionSpec {
  const [first, second] = args.positional;
  if (args.positional.length === 2 && !args.quantityOf(second!).relative)
    throw args.error(
      'with two numbers could be nominal and tolerance or low and high',
      `Write uniform(${first}, tol=${second}) or uniform(low=${first}, high=${second}).`,
    );
  if (args.positional.length === 1) args.name(args.has('tol') ? 'nominal' : 'tol');
  else args.name('nominal', 'tol');
  const [low, high] = [args.number('low'), args.number('high')];
  if (low !== undefined || high !== undefined) {
    if (low === undefined || high === undefined) throw args.error('has one limit but not the other');
    if (args.has('tol') || args.has('nominal')) throw args.error('has both limits and a tolerance');
    if (!(low < high)) throw args.error('has limits that are out of order');
    return { kind: 'uniform-range', low, high };
  }
  const tolerance = args.quantity('tol');
  if (!tolerance) throw args.error('has no tolerance');
  if (!(tolerance.amount >= 0)) throw args.error('has a tolerance below 0');
  return { kind: 'uniform', nominal: args.number('nominal'), tolerance };
}

function readLognormal(args: Arguments): DistributionSpec {
  args.name(...(args.positional.length === 1 && !args.has('sigma') ? ['sigma'] : ['nominal', 'sigma']));
  const nominal = args.number('nominal');
  const sigma = args.quantity('sigma');
  if (!sigma) throw args.error('has no sigma');
  if (!(sigma.amount >= 0)) throw args.error('has a sigma below 0');
  if (nominal !== undefined && !(nominal > 0)) throw args.error('needs a nominal above 0');
  return { kind: 'lognormal', nominal, sigma: sigma.amount };
}

/** `(tol)`, `(nominal, tol%)`, `(-low%, high%)` or `(low, mode, high)`. */
function readTriangular(args: Arguments): DistributionSpec {
  const [first, second] = args.positional;
  if (args.positional.length === 1) args.name(args.has('tol') ? 'nominal' : 'tol');
  else if (args.positional.length === 2) {
    if (!args.quantityOf(second!).relative) throw args.error('with two numbers lacks the third');
    args.name(...(args.quantityOf(first!).relative ? ['low', 'high'] : ['nominal', 'tol']));
  } else args.name('low', 'nominal', 'high');
  const nominal = args.number('nominal');
  const tolerance = args.quantity('tol');
  if (tolerance) {
    if (args.has('low') || args.has('high')) throw args.error('has both limits and a tolerance');
    if (!(tolerance.amount >= 0)) throw args.error('has a tolerance below 0');
    const low = { offset: { ...tolerance, amount: -tolerance.amount } };
    return { kind: 'triangular', nominal, low, high: { offset: tolerance } };
  }
  const [low, high] = [args.limit('low'), args.limit('high')];
  if (!low || !high) throw args.error('has no limits');
  checkLimits(args, low, high);
  if (nominal !== undefined && (('at' in low && low.at > nominal) || ('at' in high && high.at < nominal)))
    throw args.error('has a mode outside its limits');
  return { kind: 'triangular', nominal, low, high };
}

/** Values, each with `:weight` or none with. */
function readDiscrete(args: Arguments): DistributionSpec {
  const listed = args.text('values');
  const entries = listed === undefined ? args.positional : listed.split(/[\s,]+/).filter(Boolean);
  if (entries.length === 0) throw args.error('has no values');
  const pairs = entries.map((entry) => entry.split(':'));
  if (pairs.some((pair) => pair.length > 2)) throw args.error('has a value with two weights');
  const values = pairs.map(([value]) => args.numberOf(value!));
  const given = args
    .text('weights')
    ?.split(/[\s,]+/)
    .filter(Boolean);
  const texts = given ?? pairs.flatMap(([, weight]) => (weight === undefined ? [] : [weight]));
  if (texts.length !== 0 && texts.length !== values.length)
    throw args.error('has weights for some values but not for others');
  const weights =
    texts.length === 0 ? values.map(() => 1) : texts.map((text) => args.quantityOf(text).amount);
  if (weights.some((weight) => weight < 0) || !weights.some((weight) => weight > 0))
    throw args.error('has weights that are below 0 or all 0');
  return { kind: 'discrete', values, weights };
}

/** A file of numbers, or the numbers themselves. */
function readEmpirical(args: Arguments, context: StudyContext): DistributionSpec {
  const inline =
    args.positional.length > 0 && args.positional.every((text) => !isQuoted(text) && isNumber(text));
  if (inline) return { kind: 'empirical', values: args.positional.map((text) => args.numberOf(text)) };
  args.name('file', 'column');
  const file = args.text('file');
  if (file === undefined) throw args.error('names no file');
  const column = args.text('column');
  const values = numbersOfFile(
    unquote(file),
    column === undefined ? undefined : unquote(column),
    context,
    CODE,
  );
  return { kind: 'empirical', values };
}

const isNumber = (text: string) => /^[-+.\d]/.test(text);
