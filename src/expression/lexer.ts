import { type Place, SpiceLabError } from '../errors/index.ts';
import { readLiteralSuffix, scaleDecimal, shorten } from './number.ts';

export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly start: number; readonly end: number }
  | { readonly kind: 'name'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'variable'; readonly index: number; readonly start: number; readonly end: number }
  | { readonly kind: 'device'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'symbol'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'end'; readonly start: number; readonly end: number };

const SPACE = /[\s\u00a0]*/y;
const NUMBER = /(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?([a-zµμΩ]*)/iy;
const NAME = /[a-z_][\w.#$:]*/iy;
/** Within `a ? b : c` a colon ends a name. */
const NAME_NO_COLON = /[a-z_][\w.#$]*/iy;
const VARIABLE = /\$(\d{1,9})(?![\w.])/y;
const DEVICE = /@[^\s[\](){},'"]+\[[\w.#$]+\]/y;
const SYMBOL = /\*\*|&&|\|\||<=|>=|==|!=|<>|[-+*/%\\^<>=!?:(),{}'"]/y;

/** The text between the parentheses of `v(out)`: node names may hold characters that are operators elsewhere. */
const NODES = /[^()'"{}]*/y;

/** Reads tokens where it is told to, since `:` and node names depend on where they stand. */
export class Lexer {
  readonly text: string;
  readonly #place: Place | undefined;

  constructor(text: string, place: Place | undefined) {
    this.text = text;
    this.#place = place;
  }

  /** The token at or after `from`. @throws SpiceLabError EXPRESSION_SYNTAX */
  read(from: number, colonInNames: boolean): Token {
    const start = this.#match(SPACE, from)!.end;
    if (start >= this.text.length) return { kind: 'end', start, end: start };
    const number = this.#match(NUMBER, start);
    if (number) return this.#number(number, start);
    const name = this.#match(colonInNames ? NAME : NAME_NO_COLON, start);
    if (name) return { kind: 'name', text: name.groups[0]!, start, end: name.end };
    const variable = this.#match(VARIABLE, start);
    if (variable) return { kind: 'variable', index: Number(variable.groups[1]), start, end: variable.end };
    const device = this.#match(DEVICE, start);
    if (device) return { kind: 'device', text: device.groups[0]!.toLowerCase(), start, end: device.end };
    const symbol = this.#match(SYMBOL, start);
    if (symbol) return { kind: 'symbol', text: symbol.groups[0]!, start, end: symbol.end };
    const character = String.fromCodePoint(this.text.codePointAt(start)!);
    throw this.error(`unexpected character ${JSON.stringify(character)}`, start);
  }

  /** Node names up to the closing parenthesis, lower case, and where that stands; `undefined` if there is none. */
  readNodes(from: number): { nodes: string[]; end: number } | undefined {
    const match = this.#match(NODES, from)!;
    if (this.text[match.end] !== ')') return undefined;
    const nodes = match.groups[0]!.split(',').map((node) => node.trim().toLowerCase());
    return { nodes, end: match.end };
  }

  error(problem: string, at: number, remedy?: string): SpiceLabError {
    const column = at + 1;
    return new SpiceLabError(
      'EXPRESSION_SYNTAX',
      `${problem} at column ${column} of the expression "${shorten(this.text)}"`,
      {
        place: this.#place,
        remedy:
          remedy ??
          'Write it as in SPICE: numbers (1k, 10u), names, + - * / ^, comparisons, c ? a : b, calls such as max(v(out)).',
      },
    );
  }

  #number(match: Match, start: number): Token {
    const [, mantissa = '', exponentText, letters = ''] = match.groups;
    const { exponent } = readLiteralSuffix(letters);
    const value = scaleDecimal(mantissa, Number(exponentText ?? 0) + exponent);
    const next = this.text[match.end] ?? '';
    if (/[\w.#$]/.test(next))
      throw this.error(
        `cannot read the number "${shorten(this.text.slice(start, match.end + 1), 30)}"`,
        start,
      );
    if (!Number.isFinite(value)) throw this.error('a number too large to hold', start);
    return { kind: 'number', value, start, end: match.end };
  }

  #match(pattern: RegExp, at: number): Match | undefined {
    pattern.lastIndex = at;
    const groups = pattern.exec(this.text);
    return groups ? { groups, end: pattern.lastIndex } : undefined;
  }
}

interface Match {
  readonly groups: RegExpExecArray;
  readonly end: number;
}
