import { type Expression, parseExpression, readNumber, references, substitute } from '../expression/index.ts';
import type { FunctionCard, Scope } from './cards.ts';
import type { FlatInstance } from './elaborate.ts';
import { holdAtNominal } from './statistical.ts';
import { unwrap } from './tokens.ts';
import type { Evaluator } from './values/evaluator.ts';
import { quietly } from './values/quietly.ts';

/**
 * The numbers and expressions behind a deck's top-level `.param`s, statistical calls at their nominal values. Nothing here
 * throws: what cannot be known is `undefined`.
 */
export interface Parameters {
  /** Lower-case names, each once. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The text of its (last) definition, without braces or quotes. */
  text(name: string): string | undefined;
  /** Its value with the deck as written. */
  value(name: string): number | undefined;
  /**
   * The value of an expression as a deck writes it (`1k`, `{2*w}`, `'a+b'`); on the line of an instance, with the parameters
   * of the subcircuits around it.
   */
  evaluate(text: string, instance?: FlatInstance): number | undefined;
  /** The expression with `.func` calls expanded; `undefined` where it cannot be read. */
  parse(text: string): Expression | undefined;
}

/** Top-level parameters of a deck, with its texts as numbers. */
export function topParameters(root: Scope, nominal: Evaluator): Parameters {
  const texts = new Map(root.parameters.map((card) => [card.name, unwrap(card.text)]));
  const defined = new Set(root.functions.keys());
  const evaluate = (text: string, instance?: FlatInstance): number | undefined => {
    const number = readNumber(unwrap(text));
    if (number) return number.value;
    const written = { text, line: instance?.card.line ?? root.line, start: 0, label: '' };
    const value = quietly(() => nominal.evaluate(written, nominal.frameOf(instance?.parent)));
    return value?.kind === 'number' && Number.isFinite(value.value) ? value.value : undefined;
  };
  return {
    names: [...texts.keys()],
    has: (name) => texts.has(name),
    text: (name) => texts.get(name),
    value: (name) => (texts.has(name) ? evaluate(`{${name}}`) : undefined),
    evaluate,
    parse(text) {
      try {
        const { text: held } = holdAtNominal(unwrap(text), defined);
        return expandFunctions(parseExpression(held), root.functions, 0);
      } catch {
        return undefined;
      }
    },
  };
}

/** Calls of the deck's own functions replaced by their bodies, as ngspice does. */
function expandFunctions(
  expression: Expression,
  functions: ReadonlyMap<string, FunctionCard>,
  depth: number,
): Expression {
  if (functions.size === 0 || depth > 20) return expression;
  if (!references(expression).calls.some((name) => functions.has(name))) return expression;
  return substitute(expression, (node) => {
    if (node.kind !== 'call') return undefined;
    const definition = functions.get(node.name);
    if (!definition || definition.args.length !== node.args.length) return undefined;
    const values = new Map(definition.args.map((name, i) => [name, node.args[i]!.value]));
    const body = substitute(parseExpression(definition.body), (leaf) =>
      leaf.kind === 'name' ? values.get(leaf.name) : undefined,
    );
    return expandFunctions(body, functions, depth + 1);
  });
}
