import { childrenOf, type Expression } from './ast.ts';

/** What an expression refers to, each once, in the order of first use. */
export interface References {
  readonly names: readonly string[];
  readonly calls: readonly string[];
  /** `v(out)`, `i(v1)`, `@m1[gm]`. */
  readonly vectors: readonly string[];
  /** The k of each `$k`. */
  readonly variables: readonly number[];
}

export function references(expression: Expression): References {
  const names = new Set<string>();
  const calls = new Set<string>();
  const vectors = new Set<string>();
  const variables = new Set<number>();
  const visit = (node: Expression): void => {
    if (node.kind === 'name') names.add(node.name);
    else if (node.kind === 'vector') vectors.add(node.name);
    else if (node.kind === 'variable') variables.add(node.index);
    else if (node.kind === 'call') calls.add(node.name);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(expression);
  return { names: [...names], calls: [...calls], vectors: [...vectors], variables: [...variables] };
}

/** The expression with every node that `replace` answers for exchanged, from the leaves up; the rest is shared. */
export function substitute(
  node: Expression,
  replace: (node: Expression) => Expression | undefined,
): Expression {
  const inside = (child: Expression): Expression => substitute(child, replace);
  const rebuilt = ((): Expression => {
    switch (node.kind) {
      case 'unary':
        return { ...node, operand: inside(node.operand) };
      case 'binary':
        return { ...node, left: inside(node.left), right: inside(node.right) };
      case 'conditional':
        return {
          ...node,
          test: inside(node.test),
          whenTrue: inside(node.whenTrue),
          whenFalse: inside(node.whenFalse),
        };
      case 'call':
        return { ...node, args: node.args.map((a) => ({ ...a, value: inside(a.value) })) };
      default:
        return node;
    }
  })();
  return replace(rebuilt) ?? rebuilt;
}
