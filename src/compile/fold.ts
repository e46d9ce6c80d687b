import { type Expression, evaluate, references } from '../expression/index.ts';

/** What `$k` stands for; `undefined`: for itself. */
export type Binding = (index: number) => Expression | undefined;

export const ZERO: Expression = { kind: 'number', value: 0 };
export const numberOf = (value: number): Expression => ({ kind: 'number', value });
export const variableOf = (index: number): Expression => ({ kind: 'variable', index });

/**
 * An expression with its variables replaced and everything computed that can be. A product with 0 is 0, whatever the other
 * factor: a draw behind a switch that is off reaches nothing.
 */
export function bind(node: Expression, binding: Binding): Expression {
  const inside = (child: Expression): Expression => bind(child, binding);
  switch (node.kind) {
    case 'variable':
      return binding(node.index) ?? node;
    case 'unary':
      return settle({ ...node, operand: inside(node.operand) });
    case 'binary':
      return settle(simpler({ ...node, left: inside(node.left), right: inside(node.right) }));
    case 'conditional': {
      const test = inside(node.test);
      if (test.kind === 'number') return inside(test.value !== 0 ? node.whenTrue : node.whenFalse);
      return { ...node, test, whenTrue: inside(node.whenTrue), whenFalse: inside(node.whenFalse) };
    }
    case 'call':
      return settle({ ...node, args: node.args.map((arg) => ({ ...arg, value: inside(arg.value) })) });
    default:
      return node;
  }
}

/** Everything computed that can be. */
export const fold = (node: Expression): Expression => bind(node, () => undefined);

/** The k of each `$k`, each once. */
export const variablesOf = (node: Expression): readonly number[] =>
  node.kind === 'number' ? [] : references(node).variables;

function simpler(node: Extract<Expression, { kind: 'binary' }>): Expression {
  const { operator, left, right } = node;
  switch (operator) {
    case '*':
      if (is(left, 0) || is(right, 0)) return ZERO;
      if (is(left, 1)) return right;
      return is(right, 1) ? left : node;
    case '/':
      if (is(left, 0) && right.kind !== 'number') return ZERO;
      return is(right, 1) ? left : node;
    case '+':
      if (is(left, 0)) return right;
      return is(right, 0) ? left : node;
    case '-':
      return is(right, 0) ? left : node;
    default:
      return node;
  }
}

const is = (node: Expression, value: number): boolean => node.kind === 'number' && node.value === value;

/** The number where nothing is open; left alone where it is none (a division by zero is for the simulator to refuse). */
function settle(node: Expression): Expression {
  if (!closed(node)) return node;
  try {
    const value = evaluate(node);
    return Number.isFinite(value) ? numberOf(value) : node;
  } catch {
    return node;
  }
}

function closed(node: Expression): boolean {
  switch (node.kind) {
    case 'unary':
      return node.operand.kind === 'number';
    case 'binary':
      return node.left.kind === 'number' && node.right.kind === 'number';
    case 'call':
      return node.args.every(({ value }) => value.kind === 'number');
    default:
      return false;
  }
}
