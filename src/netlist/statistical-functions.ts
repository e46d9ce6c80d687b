import { nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import { type Expression, evaluate, parseExpression, substitute } from '../expression/index.ts';
import { quantilesOfDensity } from './density.ts';

/** A distribution as data, as plans have it. `sigma` is one standard deviation (of the uncut normal). */
export type DrawDistribution =
  | { readonly kind: 'normal'; readonly mean: number; readonly sigma: number }
  | {
      readonly kind: 'truncated-normal';
      readonly mean: number;
      readonly sigma: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'discrete'; readonly values: number[]; readonly weights: number[] }
  | { readonly kind: 'empirical'; readonly sorted: number[] };

export type Dialect = 'ngspice' | 'LTspice' | 'PSpice';

/** One form (a name with a number of arguments) of a statistical function. Its value is location + spread * score. */
export interface StatisticalFunction {
  readonly name: string;
  /** As its manual writes it: `agauss(nominal, variation, sigma)`. */
  readonly usage: string;
  /** Whose meaning it has. */
  readonly dialect: Dialect;
  /** A `.param` that calls it directly is a macro that draws at every use; else it draws once per scope instance. */
  readonly perUse: boolean;
  /** Over the arguments `$0`, `$1`, …. */
  readonly location: Expression;
  readonly spread: Expression;
  /** Index of an argument that must be above zero. */
  readonly positive?: number;
  /** What its simulator says that it varies: `process` all devices of a kind together, `mismatch` one of them. */
  readonly class?: 'process' | 'mismatch';
  /** Distribution of the score; the arguments are those of the call, in numbers, for forms that take their shape from them. */
  score(args: readonly number[]): DrawDistribution;
}

/** A call as a random number and what the circuit makes of it. */
export interface DrawForm {
  /** `value`: the number drawn is the call's value. `score`: it is without unit, and `value` computes the call's. */
  readonly form: 'value' | 'score';
  readonly distribution: DrawDistribution;
  /** What the number drawn is when nothing varies. */
  readonly nominalScore: number;
  /** The call's value when nothing varies. */
  readonly nominal: Expression;
  /** How far it varies, in units of the score; the number 0: it does not. */
  readonly spread: Expression;
  /** The call's value, from the number drawn. */
  value(drawn: Expression): Expression;
}

const NORMAL: DrawDistribution = { kind: 'normal', mean: 0, sigma: 1 };
const UNIFORM: DrawDistribution = { kind: 'uniform', low: -1, high: 1 };
const UNIT: DrawDistribution = { kind: 'uniform', low: 0, high: 1 };
const EITHER: DrawDistribution = { kind: 'discrete', values: [-1, 1], weights: [1, 1] };
/** PSpice's GAUSS: one sigma is the tolerance, cut at four (PSpice Reference Guide, `.MODEL`). */
const CUT_NORMAL: DrawDistribution = { kind: 'truncated-normal', mean: 0, sigma: 1, low: -4, high: 4 };

/** usage, location, spread, score, and for ngspice the index of sigma */
type Row = readonly [
  usage: string,
  location: string,
  spread: string,
  score: DrawDistribution,
  positive?: number,
];

/** ngspice manual, chapter 2.8.5 (`xpressn.c`), and measured of 39.3 by `test/integration/drawing-functions.test.ts`. */
const NGSPICE: readonly Row[] = [
  ['agauss(nominal, variation, sigma)', '$0', '$1/$2', NORMAL, 2],
  ['gauss(nominal, relative_variation, sigma)', '$0', '$0*$1/$2', NORMAL, 2],
  ['aunif(nominal, variation)', '$0', '$1', UNIFORM],
  ['unif(nominal, relative_variation)', '$0', '$0*$1', UNIFORM],
  ['limit(nominal, variation)', '$0', '$1', EITHER],
];

/** LTspice help, "Functions in .param expressions". */
const LTSPICE: readonly Row[] = [
  ['mc(value, tolerance)', '$0', '$0*$1', UNIFORM],
  ['flat(x)', '0', '$0', UNIFORM],
  ['gauss(sigma)', '0', '$0', NORMAL],
  ['rand(x)', '0', '1', UNIT],
  ['random(x)', '0', '1', UNIT],
];

/** What the `DEV` and `LOT` of PSpice's `.model` lines are read as; no deck writes these names itself. */
const PSPICE: readonly StatisticalFunction[] = (['dev', 'lot'] as const).flatMap((kind) => {
  const like = (row: Row): StatisticalFunction => ({
    ...functionOf(row, 'PSpice', false),
    class: kind === 'dev' ? 'mismatch' : 'process',
  });
  return [
    like([`pspice_${kind}_uniform(tolerance)`, '0', '$0', UNIFORM]),
    like([`pspice_${kind}_gauss(tolerance)`, '0', '$0', CUT_NORMAL]),
    {
      // `.DISTRIBUTION`: the corners of a density over deviations from -1 to 1
      ...like([`pspice_${kind}_corners(tolerance, deviation, density, …)`, '0', '$0', UNIFORM]),
      score: ([, ...corners]) => ({ kind: 'empirical', sorted: quantilesOfDensity(corners) }),
    },
  ];
});

const TABLE: ReadonlyMap<string, readonly StatisticalFunction[]> = tableOf([
  ...NGSPICE.map((row) => functionOf(row, 'ngspice', true)),
  ...LTSPICE.map((row) => functionOf(row, 'LTspice', false)),
  ...PSPICE,
]);

/** Lower-case names that are statistical calls with some number of arguments. */
export const STATISTICAL_NAMES: ReadonlySet<string> = new Set(TABLE.keys());

/**
 * The statistical function of a call; `undefined` where the name is none of them. A name that the deck defines with
 * `.func` is the caller's to look up first.
 * @throws SpiceLabError DECK_SYNTAX for a wrong number of arguments (ngspice computes something else from them, silently)
 */
export function statisticalFunction(
  name: string,
  count: number,
  place?: Place,
): StatisticalFunction | undefined {
  const forms = TABLE.get(name);
  if (!forms) return undefined;
  const found = forms.find((form) => takes(form, count));
  if (found) return found;
  const usages = forms.map((form) => form.usage).join(' or ');
  throw new SpiceLabError(
    'DECK_SYNTAX',
    `${name} has ${count} argument${count === 1 ? '' : 's'}, and takes ${forms.map((form) => argumentsOf(form.usage)).join(' or ')}`,
    { place, remedy: `Write ${usages}.` },
  );
}

/**
 * How a call is drawn: as its own value where all of its arguments are numbers, else as a score.
 * @throws SpiceLabError DECK_SYNTAX for a wrong number of arguments, DISTRIBUTION_INVALID for a sigma that is not above
 * zero or an argument that is no finite number, EXPRESSION_NAME for a name that is not statistical
 */
export function drawForm(name: string, args: readonly Expression[], place?: Place): DrawForm {
  const called = statisticalFunction(name, args.length, place);
  if (!called) {
    throw new SpiceLabError('EXPRESSION_NAME', `there is no statistical function "${name}"`, {
      place,
      remedy: `Did you mean ${nearestNames(name, STATISTICAL_NAMES).join(' or ') || 'agauss'}?`,
    });
  }
  const numbers = args.map((arg) => (arg.kind === 'number' ? arg.value : Number.NaN));
  requireArguments(called, args, numbers, place);
  const location = fold(filled(called.location, args));
  const spread = fold(filled(called.spread, args));
  const score = called.score(numbers);
  const nominalScore = middleOf(score);
  const value = (drawn: Expression): Expression => combine(location, spread, drawn);
  const nominal = fold(value({ kind: 'number', value: nominalScore }));
  if (location.kind !== 'number' || spread.kind !== 'number' || nominal.kind !== 'number') {
    return { form: 'score', distribution: score, nominalScore, nominal, spread, value };
  }
  return {
    form: 'value',
    distribution: scaled(score, location.value, spread.value),
    nominalScore: nominal.value,
    nominal,
    spread,
    value: (drawn) => drawn,
  };
}

function requireArguments(
  called: StatisticalFunction,
  args: readonly Expression[],
  numbers: readonly number[],
  place: Place | undefined,
): void {
  args.forEach((arg, i) => {
    const value = numbers[i]!;
    if (arg.kind !== 'number') return;
    const name = argumentNames(called.usage)[i] ?? 'an argument';
    if (!Number.isFinite(value)) {
      throw new SpiceLabError('DISTRIBUTION_INVALID', `${name} of ${called.name} is ${value}`, {
        place,
        remedy: 'Correct the expression that it is computed by.',
      });
    }
    if (i === called.positive && value <= 0) {
      throw new SpiceLabError('DISTRIBUTION_INVALID', `${name} of ${called.name} is ${value}`, {
        place,
        remedy: `It divides the variation: give a number above zero, such as 3 where the variation is three sigma (${called.usage}).`,
      });
    }
  });
}

function filled(expression: Expression, args: readonly Expression[]): Expression {
  return substitute(expression, (node) => (node.kind === 'variable' ? args[node.index] : undefined));
}

/** A number where the expression has nothing open in it. */
function fold(expression: Expression): Expression {
  try {
    return { kind: 'number', value: evaluate(expression) };
  } catch {
    return expression;
  }
}

function combine(location: Expression, spread: Expression, drawn: Expression): Expression {
  const part: Expression = { kind: 'binary', operator: '*', left: spread, right: drawn };
  if (location.kind === 'number' && location.value === 0) return part;
  return { kind: 'binary', operator: '+', left: location, right: part };
}

/** The distribution of location + spread * score. A spread below zero mirrors it. */
function scaled(score: DrawDistribution, location: number, spread: number): DrawDistribution {
  const at = (x: number) => location + spread * x;
  const both = (low: number, high: number) => ({
    low: Math.min(at(low), at(high)),
    high: Math.max(at(low), at(high)),
  });
  switch (score.kind) {
    case 'normal':
      return { kind: 'normal', mean: at(score.mean), sigma: Math.abs(spread) * score.sigma };
    case 'truncated-normal':
      return spread === 0
        ? { kind: 'normal', mean: at(score.mean), sigma: 0 }
        : {
            kind: 'truncated-normal',
            mean: at(score.mean),
            sigma: Math.abs(spread) * score.sigma,
            ...both(score.low, score.high),
          };
    case 'uniform':
      return { kind: 'uniform', ...both(score.low, score.high) };
    case 'discrete':
      return { kind: 'discrete', values: score.values.map(at), weights: score.weights };
    case 'empirical':
      return { kind: 'empirical', sorted: score.sorted.map(at).sort((a, b) => a - b) };
  }
}

/** The score at which nothing varies: the middle of a score without bias, 0 for all others. */
function middleOf(score: DrawDistribution): number {
  return score.kind === 'uniform' ? (score.low + score.high) / 2 : 0;
}

const argumentNames = (usage: string): string[] => usage.slice(usage.indexOf('(') + 1, -1).split(', ');
const argumentsOf = (usage: string): number => argumentNames(usage).length;
const takes = ({ usage }: StatisticalFunction, count: number): boolean =>
  usage.endsWith('…)') ? count > argumentsOf(usage) : count === argumentsOf(usage);

function functionOf(row: Row, dialect: Dialect, perUse: boolean): StatisticalFunction {
  const [usage, location, spread, score, positive] = row;
  return {
    name: usage.slice(0, usage.indexOf('(')),
    usage,
    dialect,
    perUse,
    location: parseExpression(location),
    spread: parseExpression(spread),
    score: () => score,
    ...(positive === undefined ? {} : { positive }),
  };
}

function tableOf(functions: readonly StatisticalFunction[]): Map<string, StatisticalFunction[]> {
  const table = new Map<string, StatisticalFunction[]>();
  for (const entry of functions) table.set(entry.name, [...(table.get(entry.name) ?? []), entry]);
  return table;
}
