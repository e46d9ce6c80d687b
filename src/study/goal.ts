import { SpiceLabError } from '../errors/index.ts';
import {
  type Expression,
  evaluate,
  parseExpression,
  printExpression,
  substitute,
} from '../expression/index.ts';
import type { Constraint, Figure, Objective, Statistic } from './schema.ts';
import { parseSpec } from './spec.ts';
import { shorten, suggestion } from './text.ts';

const CODE = 'STUDY_INVALID';
const STATISTICS = ['mean', 'sigma', 'median', 'percentile', 'min', 'max', 'worst', 'yield'] as const;
const EXAMPLE =
  'Write a measurement, mean(power), sigma(vos), median(bw), percentile(bw, 1%), min(gain), max(power), worst(power), yield, yield(SPEC), or an expression of these.';

/** The end of its values at which a figure is at its worst. */
type WorstEnd = 'min' | 'max' | undefined;

/** What is to be as small, or as large, as can be. @throws SpiceLabError STUDY_INVALID */
export function parseObjective(text: string, direction: Objective['direction']): Objective {
  const figure = readFigure(text.trim(), text, direction === 'minimize' ? 'max' : 'min');
  if (figure.statistics.length > 0) return { ...figure, direction };
  throw invalid(text, 'depends on no measurement');
}

/** What has to hold: `yield >= 99.7%`, `mean(bw) > 1meg`, `area < 200p`. @throws SpiceLabError STUDY_INVALID, SPEC_INVALID */
export function parseConstraint(text: string): Constraint {
  const { expression, low, high, name } = parseSpec(text);
  const end = low === undefined ? 'max' : high === undefined ? 'min' : undefined;
  return { ...readFigure(expression, text, end), text: name, low, high };
}

/** Takes the statistics out of an expression: what is left is over `$k`, the k-th of them. */
function readFigure(expression: string, text: string, worst: WorstEnd): Figure {
  const statistics: Statistic[] = [];
  const slotOf = (statistic: Statistic): Expression => {
    const known = statistics.findIndex((other) => JSON.stringify(other) === JSON.stringify(statistic));
    return { kind: 'variable', index: known >= 0 ? known : statistics.push(statistic) - 1 };
  };
  const read = (node: Expression): Expression | undefined => {
    if (node.kind === 'name')
      return slotOf(node.name === 'yield' ? { kind: 'yield' } : { kind: 'mean', of: node.name });
    return node.kind === 'vector' ? slotOf({ kind: 'mean', of: printExpression(node) }) : undefined;
  };
  const visit = (node: Expression): Expression => {
    const statistic = node.kind === 'call' ? statisticOf(node, text, worst) : undefined;
    if (statistic) return slotOf(statistic);
    // what stands inside a statistic is measured, not put together from statistics
    if (node.kind === 'call')
      return { ...node, args: node.args.map((argument) => ({ ...argument, value: visit(argument.value) })) };
    if (node.kind === 'binary') return { ...node, left: visit(node.left), right: visit(node.right) };
    if (node.kind === 'unary') return { ...node, operand: visit(node.operand) };
    return substitute(node, read);
  };
  const parsed = parse(expression, text);
  return { text, expression: printExpression(visit(parsed)), statistics };
}

function statisticOf(
  { name, args }: Extract<Expression, { kind: 'call' }>,
  text: string,
  worst: WorstEnd,
): Statistic | undefined {
  const kind = STATISTICS.find((known) => known === name);
  // of several numbers these are the functions that they are everywhere
  if (!kind || ((kind === 'min' || kind === 'max') && args.length > 1)) return undefined;
  const [first, second, third] = args.map(({ value }) => value);
  if (!first || third || (second !== undefined) !== (kind === 'percentile'))
    throw invalid(text, `gives ${name} ${args.length} arguments`);
  const of = printExpression(first).replace(/\s+/g, '');
  if (kind === 'worst') {
    if (worst) return { kind: worst, of };
    throw invalid(text, 'limits the worst on both sides', 'Say min or max instead of worst.');
  }
  return kind === 'percentile' ? { kind, of, share: shareOf(second!, text) } : { kind, of };
}

/** `1%`, `0.01` and `1` are the first percentile. */
function shareOf(node: Expression, text: string): number {
  try {
    const value = evaluate(node);
    const share = value >= 1 ? value / 100 : value;
    if (share > 0 && share < 1) return share;
  } catch (error) {
    if (!(error instanceof SpiceLabError)) throw error;
  }
  throw invalid(text, 'asks for no percentile between 0 and 100 %', 'Write percentile(bw, 1%).');
}

function parse(expression: string, text: string): Expression {
  try {
    return parseExpression(expression);
  } catch (cause) {
    if (!(cause instanceof SpiceLabError)) throw cause;
    throw new SpiceLabError(CODE, `"${shorten(text)}" is not understood: ${cause.message}`, {
      cause,
      remedy: suggestion(expression.split('(')[0]!, STATISTICS, EXAMPLE),
    });
  }
}

const invalid = (text: string, problem: string, remedy = EXAMPLE) =>
  new SpiceLabError(CODE, `"${shorten(text.trim())}" ${problem}`, { remedy });
