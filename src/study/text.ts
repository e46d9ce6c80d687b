import type { ErrorCode } from '../errors/index.ts';
import { nearestNames, SpiceLabError } from '../errors/index.ts';
import { evaluate, parseExpression, readNumber, readQuantity } from '../expression/index.ts';
import type { Quantity } from './schema.ts';

/** Longer texts are refused: no short form needs them. */
const LONGEST = 100_000;

const OPENING = '([{';
const CLOSING = ')]}';

/** One argument of a form like `normal(1k, at=3)`. */
export interface FormArgument {
  readonly name?: string | undefined;
  readonly text: string;
}

/** `name(arguments)`, the shape of every short form. */
export interface Form {
  readonly name: string;
  readonly args: readonly FormArgument[];
}

/** Calls `visit` for every character outside quotes and brackets, until it answers true; -1 when it never does. */
function findTop(text: string, visit: (index: number) => boolean, from = 0): number {
  let depth = 0;
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const character = text[i]!;
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (OPENING.includes(character)) depth++;
    else if (CLOSING.includes(character)) depth--;
    else if (depth === 0 && visit(i)) return i;
  }
  return -1;
}

/** Splits at a separator that stands outside quotes and brackets; the pieces are trimmed. */
export function splitTop(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (;;) {
    const at = findTop(text, (i) => text.startsWith(separator, i), from);
    if (at < 0) return [...pieces, text.slice(from).trim()];
    pieces.push(text.slice(from, at).trim());
    from = at + separator.length;
  }
}

/** Splits `target=value` at the first lone `=` outside quotes and brackets; `undefined` when there is none. */
export function splitAssignment(text: string): { target: string; value: string } | undefined {
  const at = findTop(
    text,
    (i) => text[i] === '=' && text[i + 1] !== '=' && !'=<>!'.includes(text[i - 1] ?? ' '),
  );
  if (at < 0) return undefined;
  return { target: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

/** Finds the comparison operators outside quotes and brackets, with what stands between them. */
export function splitComparisons(text: string): { parts: string[]; operators: string[] } {
  const parts: string[] = [];
  const operators: string[] = [];
  let from = 0;
  for (;;) {
    const at = findTop(text, (i) => text[i] === '<' || text[i] === '>', from);
    if (at < 0) return { parts: [...parts, text.slice(from).trim()], operators };
    const operator = text[at + 1] === '=' ? text.slice(at, at + 2) : text[at]!;
    parts.push(text.slice(from, at).trim());
    operators.push(operator);
    from = at + operator.length;
  }
}

/** Reads `name(a, b=c)`; `undefined` when the text has another shape. */
export function readForm(text: string): Form | undefined {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) return undefined;
  const match = /^([a-z][\w-]*)\s*\(/i.exec(trimmed);
  if (!match || !trimmed.endsWith(')')) return undefined;
  const inner = trimmed.slice(match[0].length, -1);
  if (!isBalanced(inner)) return undefined;
  const args = inner.trim() === '' ? [] : splitTop(inner, ',').map(readArgument);
  return { name: match[1]!.toLowerCase(), args };
}

function readArgument(text: string): FormArgument {
  const named = /^([a-z]\w*)\s*=(?!=)\s*(.*)$/is.exec(text);
  return named ? { name: named[1]!.toLowerCase(), text: named[2]! } : { text };
}

function isBalanced(text: string): boolean {
  const open: string[] = [];
  let quote = '';
  for (const character of text) {
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (OPENING.includes(character)) open.push(CLOSING[OPENING.indexOf(character)]!);
    else if (CLOSING.includes(character) && open.pop() !== character) return false;
  }
  return open.length === 0 && quote === '';
}

/** Without the quotes around it, where there are any. */
export function unquote(text: string): string {
  const match = /^(["'])(.*)\1$/s.exec(text.trim());
  return match ? match[2]! : text.trim();
}

export const isQuoted = (text: string): boolean => /^(["']).*\1$/s.test(text.trim());

/** A number as written in a study: a SPICE number, a share (`5%`) taken as a fraction, or a constant expression. */
export function readConstant(text: string): number | undefined {
  const quantity = readQuantity(text);
  if (quantity) return quantity.amount;
  try {
    const value = evaluate(parseExpression(text));
    return Number.isFinite(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SpiceLabError) return undefined;
    throw error;
  }
}

/** @throws SpiceLabError with the given code for anything but a finite number or a share such as `5%`. */
export function needQuantity(text: string, what: string, code: ErrorCode, example: string): Quantity {
  const quantity = readQuantity(unquote(text));
  if (quantity) return { amount: quantity.amount, relative: quantity.relative };
  throw new SpiceLabError(code, `${what} is "${shorten(text)}", which is no number`, { remedy: example });
}

/** @throws SpiceLabError with the given code for anything but a finite number, shares included. */
export function needNumber(text: string, what: string, code: ErrorCode, example: string): number {
  const number = readNumber(unquote(text));
  if (number) return number.value;
  throw new SpiceLabError(code, `${what} is "${shorten(text)}", which is no number`, { remedy: example });
}

export const shorten = (text: string, most = 60): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** `Did you mean a or b?` and an example, or the example alone. */
export function suggestion(name: string, known: Iterable<string>, example: string): string {
  const near = nearestNames(name, known);
  return near.length === 0 ? example : `Did you mean ${near.join(' or ')}? ${example}`;
}
