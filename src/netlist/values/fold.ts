import {
  type BinaryOperator,
  type Expression,
  evaluate,
  type UnaryOperator,
} from '../../expression/index.ts';

/** Expressions that are put together with what is known computed: `0*x` is 0, `x+0` is x, `1 ? x : y` is x. */

export const ZERO: Expression = { kind: 'number', value: 0 };
export const ONE: Expression = { kind: 'number', value: 1 };

export const numberOf = (value: number): Expression => ({ kind: 'number', value });

/** The number that an expression is; `undefined` where it depends on something. */
export const constant = (node: Expression): number | undefined =>
  node.kind === 'number' ? node.value : undefined;

export function foldUnary(operator: UnaryOperator, operand: Expression): Expression {
  if (operator === '+') return operand;
  const node: Expression = { kind: 'unary', operator, operand };
  if (operand.kind === 'number') return numberOf(evaluate(node));
  if (operator === '-' && operand.kind === 'unary' && operand.operator === '-') return operand.operand;
  return node;
}

export function foldBinary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  const x = constant(left);
  const y = constant(right);
  if (x !== undefined && y !== undefined) return numberOf(compute(operator, x, y));
  if (x === undefined && y === undefined) return { kind: 'binary', operator, left, right };
  const simpler =
    x === undefined ? (RIGHT[operator] ?? NEVER)(y!, left) : (LEFT[operator] ?? NEVER)(x, right);
  return simpler ?? { kind: 'binary', operator, left, right };
}

/** The four operations without a tree in between: nearly everything that decks compute. */
function compute(operator: BinaryOperator, x: number, y: number): number {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    default:
      return evaluate({ kind: 'binary', operator, left: numberOf(x), right: numberOf(y) });
  }
}

/** What remains of an operation with a number on its left or right side; `undefined`: nothing can be left out. */
type Rule = (number: number, other: Expression) => Expression | undefined;

const NEVER: Rule = () => undefined;
const product: Rule = (x, other) => (x === 0 ? ZERO : x === 1 ? other : undefined);
const sum: Rule = (x, other) => (x === 0 ? other : undefined);
const both: Rule = (x) => (x === 0 ? ZERO : undefined);
const either: Rule = (x) => (x === 0 ? undefined : ONE);

const LEFT: Partial<Record<BinaryOperator, Rule>> = {
  '+': sum,
  '-': (x, right) => (x === 0 ? foldUnary('-', right) : undefined),
  '*': product,
  '/': both,
  '&&': both,
  '||': either,
};
const RIGHT: Partial<Record<BinaryOperator, Rule>> = {
  '+': sum,
  '-': sum,
  '*': product,
  '/': (y, left) => (y === 1 ? left : undefined),
  '&&': both,
  '||': either,
};

export function foldCall(name: string, args: readonly Expression[]): Expression {
  const node: Expression = { kind: 'call', name, args: args.map((value) => ({ value })) };
  return args.every((arg) => arg.kind === 'number') ? numberOf(evaluate(node)) : node;
}

/** `limit(x, a, b)`: x, but no lower than the lower and no higher than the higher of the two. */
export function foldClamp(args: readonly Expression[]): Expression {
  const [x, a, b] = args as [Expression, Expression, Expression];
  return foldCall('min', [foldCall('max', [x, foldCall('min', [a, b])]), foldCall('max', [a, b])]);
}
