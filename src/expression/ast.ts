/** Operators in the spelling that `printExpression` uses; `^` is also written `**`, `==` also `=`, `!=` also `<>`. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '\\'
  | '^'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&&'
  | '||';

/** `%` is the postfix percent sign: `90%` is 0.9. */
export type UnaryOperator = '-' | '+' | '!' | '%';

/** One argument of a call; `rise=2` has a name, `0.5` has none. */
export interface Argument {
  readonly name?: string | undefined;
  readonly value: Expression;
}

/**
 * An expression, immutable. Names are lower case, since SPICE does not tell cases apart.
 * `variable` is `$k`. `vector` is `v(out)`, `i(v1)` or `@m1[gm]`, one simulated vector (`v(a,b)` is the difference of two).
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'variable'; readonly index: number }
  | { readonly kind: 'vector'; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Argument[] };

/** Direct parts of an expression, in the order they are written. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'conditional':
      return [node.test, node.whenTrue, node.whenFalse];
    case 'call':
      return node.args.map((argument) => argument.value);
    default:
      return [];
  }
}

/**
 * How tightly binary operators bind, as measured of ngspice 39: all group from the left (`2^3^2` is 64), and the
 * comparisons share one level. A sign that begins an expression binds less than a product (`-2^2` is -4), a sign
 * after an operator more than anything (`1+-2^2` is 5), and so does `!` (`!2^0` is 1).
 */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '\\': 5,
  '^': 6,
};
