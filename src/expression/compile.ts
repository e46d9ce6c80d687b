import { nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import type { BinaryOperator, Expression } from './ast.ts';
import { powerOfMagnitude, SCALAR_FUNCTIONS, type ScalarFunction, wholeQuotient } from './functions.ts';
import { printExpression } from './print.ts';

/** A compiled expression: a row of values in, a number out. Allocates nothing but for calls of four and more arguments. */
export type Scalar = (values: Float64Array) => number;

type Leaf = Extract<Expression, { kind: 'name' | 'variable' | 'vector' }>;

/**
 * Compiles an expression of numbers for evaluation per sample. `$k` is slot k of the row of values;
 * `resolve` gives the slot of every other (lower-case) name, or `undefined` when it knows none such.
 * @throws SpiceLabError EXPRESSION_NAME for an unknown name or function, EXPRESSION_TYPE for wrong arguments
 */
export function compileScalar(
  expression: Expression,
  resolve: (name: string) => number | undefined = () => undefined,
  place?: Place,
): Scalar {
  return compileWith(
    expression,
    (leaf) => {
      const slot = leaf.kind === 'variable' ? leaf.index : resolve(leaf.name);
      if (slot === undefined) throw unknownName(leaf, [], place);
      return (values) => values[slot]!;
    },
    place,
  );
}

const NO_VALUES = new Float64Array(0);

/**
 * The value of an expression of numbers; `lookup` is asked for lower-case names, `$3`, `v(out)` and `@m1[gm]`,
 * and `known` are the names to suggest from when it does not know one.
 * @throws SpiceLabError EXPRESSION_NAME, EXPRESSION_TYPE
 */
export function evaluate(
  expression: Expression,
  lookup: (name: string) => number | undefined = () => undefined,
  known: Iterable<string> = [],
  place?: Place,
): number {
  const scalar = compileWith(
    expression,
    (leaf) => {
      const value = lookup(printExpression(leaf));
      if (value === undefined) throw unknownName(leaf, known, place);
      return () => value;
    },
    place,
  );
  return scalar(NO_VALUES);
}

function compileWith(root: Expression, leaf: (node: Leaf) => Scalar, place: Place | undefined): Scalar {
  const compile = (node: Expression): Scalar => {
    switch (node.kind) {
      case 'number': {
        const { value } = node;
        return () => value;
      }
      case 'name':
      case 'variable':
      case 'vector':
        return leaf(node);
      case 'unary':
        return compileUnary(node.operator, compile(node.operand));
      case 'binary':
        return compileBinary(node.operator, compile(node.left), compile(node.right));
      case 'conditional': {
        const [test, then, otherwise] = [node.test, node.whenTrue, node.whenFalse].map(compile);
        return (values) => (test!(values) !== 0 ? then!(values) : otherwise!(values));
      }
      case 'call':
        return compileCall(
          scalarFunction(node, place).apply,
          node.args.map((a) => compile(a.value)),
        );
    }
  };
  return compile(root);
}

function compileUnary(operator: '-' | '+' | '!' | '%', x: Scalar): Scalar {
  switch (operator) {
    case '-':
      return (values) => -x(values);
    case '+':
      return x;
    case '!':
      return (values) => (x(values) === 0 ? 1 : 0);
    case '%':
      return (values) => x(values) / 100;
  }
}

const BINARY: Readonly<Record<BinaryOperator, (x: Scalar, y: Scalar) => Scalar>> = {
  '+': (x, y) => (v) => x(v) + y(v),
  '-': (x, y) => (v) => x(v) - y(v),
  '*': (x, y) => (v) => x(v) * y(v),
  '/': (x, y) => (v) => x(v) / y(v),
  '%': (x, y) => (v) => x(v) % y(v),
  '\\': (x, y) => (v) => wholeQuotient(x(v), y(v)),
  '^': (x, y) => (v) => powerOfMagnitude(x(v), y(v)),
  '<': (x, y) => (v) => (x(v) < y(v) ? 1 : 0),
  '<=': (x, y) => (v) => (x(v) <= y(v) ? 1 : 0),
  '>': (x, y) => (v) => (x(v) > y(v) ? 1 : 0),
  '>=': (x, y) => (v) => (x(v) >= y(v) ? 1 : 0),
  '==': (x, y) => (v) => (x(v) === y(v) ? 1 : 0),
  '!=': (x, y) => (v) => (x(v) !== y(v) ? 1 : 0),
  '&&': (x, y) => (v) => (x(v) !== 0 && y(v) !== 0 ? 1 : 0),
  '||': (x, y) => (v) => (x(v) !== 0 || y(v) !== 0 ? 1 : 0),
};

function compileBinary(operator: BinaryOperator, x: Scalar, y: Scalar): Scalar {
  return BINARY[operator](x, y);
}

function compileCall(apply: ScalarFunction['apply'], args: readonly Scalar[]): Scalar {
  const [x, y, z] = args;
  if (args.length === 1) return (values) => apply(x!(values));
  if (args.length === 2) return (values) => apply(x!(values), y!(values));
  if (args.length === 3) return (values) => apply(x!(values), y!(values), z!(values));
  return (values) => apply(...args.map((arg) => arg(values)));
}

function scalarFunction(
  node: Extract<Expression, { kind: 'call' }>,
  place: Place | undefined,
): ScalarFunction {
  const known = SCALAR_FUNCTIONS.get(node.name);
  if (!known) {
    throw new SpiceLabError('EXPRESSION_NAME', `there is no function "${node.name}" of numbers`, {
      place,
      remedy: suggest(node.name, SCALAR_FUNCTIONS.keys()),
    });
  }
  const named = node.args.find((argument) => argument.name !== undefined);
  if (named) {
    throw new SpiceLabError('EXPRESSION_TYPE', `"${node.name}" takes no argument named "${named.name}"`, {
      place,
      remedy: 'Write == to compare two values.',
    });
  }
  const count = node.args.length;
  if (count < known.least || count > (known.most ?? Number.POSITIVE_INFINITY)) {
    const wanted = known.most === known.least ? `${known.least}` : `at least ${known.least}`;
    throw new SpiceLabError('EXPRESSION_TYPE', `"${node.name}" takes ${wanted} arguments, not ${count}`, {
      place,
      remedy: `Give ${node.name} ${wanted} arguments.`,
    });
  }
  return known;
}

function unknownName(leaf: Leaf, known: Iterable<string>, place: Place | undefined): SpiceLabError {
  const name = printExpression(leaf);
  return new SpiceLabError('EXPRESSION_NAME', `unknown name "${name}" in an expression`, {
    place,
    remedy: suggest(name, known),
  });
}

/** `Did you mean a, b or c?`, or what to do where nothing is near. */
export function suggest(name: string, known: Iterable<string>): string {
  const near = nearestNames(name, known);
  if (near.length === 0) return 'Use a name that is defined.';
  return `Did you mean ${near.length === 1 ? near[0] : `${near.slice(0, -1).join(', ')} or ${near.at(-1)}`}?`;
}
