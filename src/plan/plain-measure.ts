import { type Argument, type Expression, parseExpression, printExpression } from '../expression/index.ts';
import { compileValue } from './assignments.ts';
import { printExact } from './print-number.ts';
import type { Analysis } from './schema.ts';

/** What a measurement of the study is in ngspice's own words: commands that print `name = value`. */
export interface PlainMeasure {
  readonly name: string;
  readonly expression: string;
  readonly analysis: Pick<Analysis, 'kind' | 'vectors'>;
  /** Values of the plan's variables, `$k`. */
  readonly values: Float64Array;
}

/** Calls that ngspice's `meas` has alike, over the whole of the curve. */
const WHOLE: Readonly<Record<string, string>> = {
  max: 'max',
  min: 'min',
  pp: 'pp',
  max_at: 'max_at',
  min_at: 'min_at',
};
const EDGES = ['rise', 'fall', 'cross'];
/** What `meas ac` knows of a node's voltage by itself. */
const OF_NODE: Readonly<Record<string, string>> = { db: 'vdb', vdb: 'vdb', mag: 'vm', vm: 'vm' };
/** Functions that mean the same to ngspice's `let`. */
const SAME = new Set(['abs', 'sqrt', 'exp', 'ln', 'log10']);
const OPERATORS = new Set(['+', '-', '*', '/']);

/**
 * The commands, or `undefined` for what ngspice has no words for or means something else by: windows (its ends are not
 * interpolated), phases (radians), averages (from 0), everything that SpiceLab alone measures.
 */
export function plainMeasure(measure: PlainMeasure): string[] | undefined {
  const { name, analysis } = measure;
  const wanted = name.toLowerCase();
  if (!/^[a-z_]\w*$/.test(wanted) || analysis.vectors.includes(`v(${wanted})`)) return undefined;
  const expression = parseExpression(measure.expression);
  if (analysis.kind === 'op') {
    const text = arithmetic(expression, measure);
    return text === undefined ? undefined : [`let ${name} = ${text}`, `print ${name}`];
  }
  if (analysis.kind === 'noise' || analysis.kind === 'tf' || expression.kind !== 'call') return undefined;
  const told = curveCall(expression.name, expression.args, measure);
  return told === undefined ? undefined : [`meas ${analysis.kind} ${name} ${told}`];
}

function curveCall(call: string, args: readonly Argument[], measure: PlainMeasure): string | undefined {
  const plain = args.filter(({ name }) => name === undefined).map(({ value }) => value);
  const named = args.filter(({ name }) => name !== undefined);
  const curve = plain[0] && curveOf(plain[0], measure);
  if (curve === undefined) return undefined;
  const whole = WHOLE[call];
  if (whole !== undefined && plain.length === 1 && named.length === 0) return `${whole} ${curve}`;
  const place = plain[1] && constantOf(plain[1], measure);
  if (place === undefined || plain.length !== 2) return undefined;
  if (call === 'at' && named.length === 0) return `find ${curve} at=${place}`;
  if (call !== 'when' && call !== 'cross') return undefined;
  const edge = edgeOf(named, measure);
  return edge === undefined ? undefined : `when ${curve}=${place} ${edge}`;
}

/** `cross=1` where nothing is said: the first time, either way. */
function edgeOf(named: readonly Argument[], measure: PlainMeasure): string | undefined {
  const [only, ...others] = named;
  if (only === undefined) return 'cross=1';
  if (others.length > 0 || !EDGES.includes(only.name ?? '')) return undefined;
  if (only.value.kind === 'name' && only.value.name === 'last') return `${only.name}=last`;
  const count = constantOf(only.value, measure);
  return count === undefined ? undefined : `${only.name}=${count}`;
}

/** One vector, as `meas` wants it: real, or in `ac` the decibels or the magnitude of a node. */
function curveOf(node: Expression, { analysis }: PlainMeasure): string | undefined {
  if (node.kind === 'vector')
    return analysis.kind !== 'ac' && !node.name.includes(',') ? node.name : undefined;
  if (node.kind !== 'call' || analysis.kind !== 'ac') return undefined;
  const { value } = node.args[0] ?? {};
  const wanted = OF_NODE[node.name];
  if (wanted === undefined || node.args.length !== 1 || value?.kind !== 'vector') return undefined;
  const [, inner] = /^v\(([^(),]+)\)$/.exec(value.name) ?? [];
  return inner === undefined ? undefined : `${wanted}(${inner})`;
}

function constantOf(node: Expression, { values }: PlainMeasure): string | undefined {
  try {
    return printExact(compileValue(printExpression(node), values.length)(values));
  } catch {
    return undefined;
  }
}

/** An expression of one operating point for `let`. */
function arithmetic(node: Expression, measure: PlainMeasure): string | undefined {
  switch (node.kind) {
    case 'number':
    case 'variable':
      return constantOf(node, measure);
    case 'vector':
      return node.name;
    case 'unary': {
      const operand = arithmetic(node.operand, measure);
      return operand === undefined || node.operator !== '-' ? undefined : `(-${operand})`;
    }
    case 'binary': {
      const [left, right] = [arithmetic(node.left, measure), arithmetic(node.right, measure)];
      if (left === undefined || right === undefined || !OPERATORS.has(node.operator)) return undefined;
      return `(${left} ${node.operator} ${right})`;
    }
    case 'call': {
      const { value } = node.args[0] ?? {};
      const argument = value && node.args.length === 1 ? arithmetic(value, measure) : undefined;
      return argument === undefined || !SAME.has(node.name) ? undefined : `${node.name}(${argument})`;
    }
    default:
      return undefined;
  }
}
