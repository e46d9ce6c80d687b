import {
  type Expression,
  evaluate,
  parseExpression,
  readNumber,
  references,
  substitute,
} from '../expression/index.ts';
import type { FunctionCard, Scope } from './cards.ts';
import { holdAtNominal } from './statistical.ts';
import { unwrap } from './tokens.ts';

const DEEPEST = 100;

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
  /** The value of an expression as a deck writes it (`1k`, `{2*w}`, `'a+b'`). */
  evaluate(text: string): number | undefined;
  /** The expression with `.func` calls expanded; `undefined` where it cannot be read. */
  parse(text: string): Expression | undefined;
}

/** Top-level parameters of a deck; as in ngspice the last definition of a name counts and order does not. */
export function topParameters(root: Scope): Parameters {
  const texts = new Map(root.parameters.map((card) => [card.name, unwrap(card.text)]));
  const defined = new Set(root.functions.keys());
  const values = new Map<string, number | undefined>();
  const open = new Set<string>();

  const value = (name: string): number | undefined => {
    if (values.has(name)) return values.get(name);
    const text = texts.get(name);
    // a parameter that refers to itself, or a chain deeper than any real one, has no value
    if (text === undefined || open.has(name) || open.size > DEEPEST) return undefined;
    open.add(name);
    const result = evaluateText(text);
    open.delete(name);
    values.set(name, result);
    return result;
  };
  const parse = (text: string): Expression | undefined => {
    try {
      const { text: nominal } = holdAtNominal(unwrap(text), defined);
      return expandFunctions(parseExpression(nominal), root.functions, 0);
    } catch {
      return undefined;
    }
  };
  const evaluateText = (text: string): number | undefined => {
    const number = readNumber(unwrap(text));
    if (number) return number.value;
    const expression = parse(text);
    if (!expression) return undefined;
    try {
      const result = evaluate(expression, (name) => value(name) ?? CONSTANTS.get(name));
      return Number.isFinite(result) ? result : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    names: [...texts.keys()],
    has: (name) => texts.has(name),
    text: (name) => texts.get(name),
    value,
    evaluate: evaluateText,
    parse,
  };
}

/** What ngspice's parameter expressions know besides parameters. */
const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['true', 1],
  ['false', 0],
]);

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
