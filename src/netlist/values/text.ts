import { childrenOf, type Expression, parseExpression, references } from '../../expression/index.ts';
import type { Span } from '../tokens.ts';

/** A text of the deck as an expression, and where in the text its names and calls stand. */
export interface ParsedText {
  /** `undefined`: the text is no expression. */
  readonly expression: Expression | undefined;
  /** Why it is none. */
  readonly error: unknown;
  readonly names: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
  /** Reads node voltages or currents, which only the simulation knows. */
  readonly simulated: boolean;
  spanOf(node: Expression): Span;
}

/** Reads a text once, however often it stands in a circuit. Nothing is thrown. */
export type ReadText = (text: string) => ParsedText;

export function createTexts(): ReadText {
  const known = new Map<string, ParsedText>();
  return (text) => {
    let parsed = known.get(text);
    if (!parsed) {
      parsed = readText(text);
      known.set(text, parsed);
    }
    return parsed;
  };
}

const SIMULATED = ['time', 'hertz'];

function readText(text: string): ParsedText {
  try {
    const expression = parseExpression(text);
    const { names, calls, vectors } = references(expression);
    let spans: Map<Expression, Span> | undefined;
    return {
      expression,
      error: undefined,
      names: new Set(names),
      calls: new Set(calls),
      simulated: vectors.length > 0 || SIMULATED.some((name) => names.includes(name)),
      spanOf(node) {
        spans ??= locate(text, expression);
        return spans.get(node) ?? { start: 0, end: text.length };
      },
    };
  } catch (error) {
    return {
      expression: undefined,
      error,
      names: new Set(),
      calls: new Set(),
      simulated: false,
      spanOf: () => ({ start: 0, end: text.length }),
    };
  }
}

/** Numbers are matched too, so that their letters are no names. */
const WORD = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[a-zµμΩ]*|[a-z_][\w.#$]*/gi;
const VECTOR = /\b[vi]\([^()]*\)|@[^\s[\]]+\[[^\]]*\]/gi;

/** Names and calls stand in a text in the order of its tree. */
function locate(text: string, root: Expression): Map<Expression, Span> {
  const plain = text.replace(VECTOR, (vector) => ' '.repeat(vector.length));
  const words = [...plain.matchAll(WORD)].filter(([word]) => /^[a-z_]/i.test(word));
  const spans = new Map<Expression, Span>();
  let at = 0;
  const visit = (node: Expression): void => {
    if (node.kind === 'name' || node.kind === 'call') {
      while (at < words.length && !begins(node.name, words[at]![0])) at++;
      const word = words[at++];
      if (word) {
        const end = word.index + node.name.length;
        spans.set(node, { start: word.index, end: node.kind === 'call' ? closing(text, end) : end });
      }
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return spans;
}

/** A name may go on behind a colon, where the pattern ends. */
const begins = (name: string, word: string): boolean =>
  name === word.toLowerCase() || name.startsWith(`${word.toLowerCase()}:`);

/** Index after the parenthesis that closes the first one from `from`. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i + 1;
  }
  return text.length;
}
