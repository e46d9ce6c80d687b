import { type Argument, type Expression, PRECEDENCE } from './ast.ts';
import { references } from './references.ts';

const TIGHT = PRECEDENCE['^'] + 1;
/** A signed operand stands alone to the right of an operator, and needs parentheses to the left of a product. */
const SIGNED = PRECEDENCE['+'];

/** The expression as text with no more parentheses than needed; `parseExpression` reads the same tree back. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return printNumber(node.value);
    case 'name':
    case 'vector':
      return node.name;
    case 'variable':
      return `$${node.index}`;
    case 'unary':
      return printUnary(node);
    case 'binary': {
      const precedence = PRECEDENCE[node.operator];
      const right = isTight(node.right) ? printExpression(node.right) : within(node.right, precedence + 1);
      return `${within(node.left, precedence)}${spaced(node.operator)}${right}`;
    }
    case 'conditional':
      return `${within(node.test, 1)} ? ${printWhenTrue(node.whenTrue)} : ${printExpression(node.whenFalse)}`;
    case 'call':
      return `${node.name}(${node.args.map(printArgument).join(', ')})`;
  }
}

/** A name that holds a colon needs parentheses where a colon is awaited. */
function printWhenTrue(node: Expression): string {
  const text = printExpression(node);
  return references(node).names.some((name) => name.includes(':')) ? `(${text})` : text;
}

function printUnary(node: Extract<Expression, { kind: 'unary' }>): string {
  // a percent sign in parentheses, since what follows decides whether it is one
  if (node.operator === '%') return `(${within(node.operand, TIGHT)}%)`;
  const operand = isTight(node.operand) ? printExpression(node.operand) : within(node.operand, TIGHT);
  return `${node.operator}${operand}`;
}

function printArgument(argument: Argument): string {
  const value = printExpression(argument.value);
  return argument.name === undefined ? value : `${argument.name}=${value}`;
}

/** Something that stands alone, with or without prefix operators. */
function isTight(node: Expression): boolean {
  let inner = node;
  while (inner.kind === 'unary' && inner.operator !== '%') inner = inner.operand;
  return precedenceOf(inner) === TIGHT;
}

function within(node: Expression, least: number): string {
  const text = printExpression(node);
  return precedenceOf(node) < least ? `(${text})` : text;
}

function precedenceOf(node: Expression): number {
  switch (node.kind) {
    case 'binary':
      return PRECEDENCE[node.operator];
    case 'conditional':
      return 0;
    case 'unary':
      return node.operator === '%' || node.operator === '!' ? TIGHT : SIGNED;
    case 'number':
      return node.value < 0 || Object.is(node.value, -0) ? SIGNED : TIGHT;
    default:
      return TIGHT;
  }
}

function spaced(operator: string): string {
  return operator === '^' ? operator : ` ${operator} `;
}

function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
