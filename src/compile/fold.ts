import { type Expression, references } from '../expression/index.ts';
import { foldBinary, foldCall, foldUnary } from '../netlist/index.ts';

/** What `$k` stands for; `undefined`: for itself. */
export type Binding = (index: number) => Expression | undefined;

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
    case 'unary': {
      const operand = inside(node.operand);
      return finite(foldUnary(node.operator, operand)) ?? { ...node, operand };
    }
    case 'binary': {
      const [left, right] = [inside(node.left), inside(node.right)];
      return finite(foldBinary(node.operator, left, right)) ?? { ...node, left, right };
    }
    case 'conditional': {
      const test = inside(node.test);
      if (test.kind === 'number') return inside(test.value !== 0 ? node.whenTrue : node.whenFalse);
      return { ...node, test, whenTrue: inside(node.whenTrue), whenFalse: inside(node.whenFalse) };
    }
    case 'call': {
      const args = node.args.map(({ value }) => inside(value));
      return finite(foldCall(node.name, args)) ?? { ...node, args: args.map((value) => ({ value })) };
    }
    default:
      return node;
  }
}

/** The k of each `$k`, each once. */
export const variablesOf = (node: Expression): readonly number[] =>
  node.kind === 'number' ? [] : references(node).variables;

/** What is no finite number has no text: it stays a division by zero or the like, for each sample to fail on. */
const finite = (folded: Expression): Expression | undefined =>
  folded.kind === 'number' && !Number.isFinite(folded.value) ? undefined : folded;
