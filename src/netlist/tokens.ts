/** A stretch of a card's text, [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Token extends Span {
  readonly text: string;
}

/** `name=value` as it is written; `name` in lower case, `value` with its braces or quotes. */
export interface ParameterText extends Span {
  readonly name: string;
  readonly text: string;
  /** Where the name starts; `start` and `end` are those of the value. */
  readonly nameStart: number;
}

/** The words of a card and its `name=value` pairs. */
export interface Words {
  readonly words: readonly Token[];
  readonly parameters: readonly ParameterText[];
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', "'": "'", '"': '"' };

const NAME_BEFORE = /(?:^|[^\w.$])[a-z_]\w*$/i;

export interface TokenOptions {
  /**
   * Parentheses and commas separate words, as in `.model m npn(bf=100, is=1f)`, but for those of a call in a value that
   * begins with a name, `bf=agauss(100, 10, 1)*2`; else they belong to a word.
   */
  readonly flat?: boolean;
  /** Where to begin. */
  readonly from?: number;
}

/**
 * Splits a card at blanks and single `=`. Braces, quotes and parentheses hold a word together; one that is never
 * closed runs to the end. Linear in the length of the card.
 */
export function tokenize(card: string, options: TokenOptions = {}): Token[] {
  const flat = options.flat === true;
  const tokens: Token[] = [];
  const separates = (character: string) =>
    character <= ' ' || (flat && (character === '(' || character === ')' || character === ','));
  let at = options.from ?? 0;
  while (at < card.length) {
    const character = card[at]!;
    if (separates(character)) {
      at++;
      continue;
    }
    const start = at;
    if (isAssignment(card, at)) at++;
    else {
      const mayCall = flat && tokens.at(-1)?.text === '=' && /[a-z_]/i.test(character);
      const calls = () => mayCall && card[at] === '(' && NAME_BEFORE.test(card.slice(start, at));
      while (at < card.length && (!separates(card[at]!) || calls()) && !isAssignment(card, at)) {
        at = CLOSING[card[at]!] ? closeGroup(card, at) : at + 1;
      }
    }
    tokens.push({ text: card.slice(start, at), start, end: at });
  }
  return tokens;
}

/** A single `=`: not part of `==`, `<=`, `>=` or `!=`. */
function isAssignment(card: string, at: number): boolean {
  if (card[at] !== '=' || card[at + 1] === '=') return false;
  const before = card[at - 1];
  return before !== '=' && before !== '<' && before !== '>' && before !== '!';
}

/** Index after the bracket or quote that closes the one at `open`. */
function closeGroup(card: string, open: number): number {
  const opening = card[open]!;
  const closing = CLOSING[opening]!;
  if (opening === closing) {
    const end = card.indexOf(closing, open + 1);
    return end < 0 ? card.length : end + 1;
  }
  let depth = 0;
  for (let i = open; i < card.length; i++) {
    if (card[i] === opening) depth++;
    else if (card[i] === closing && --depth === 0) return i + 1;
  }
  return card.length;
}

/** Words before and between the `name=value` pairs of a card; each value is one token. */
export function wordsOf(card: string, options: TokenOptions = {}): Words {
  const tokens = tokenize(card, options);
  const words: Token[] = [];
  const parameters: ParameterText[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const value = tokens[i + 2];
    if (tokens[i + 1]?.text === '=' && value !== undefined && value.text !== '=' && token.text !== '=') {
      parameters.push({ ...value, name: token.text.toLowerCase(), nameStart: token.start });
      i += 2;
    } else if (token.text !== '=') words.push(token);
  }
  return { words, parameters };
}

/**
 * As `wordsOf` for `.param` lines, where a value may have blanks in it: it ends where the next `name =` begins.
 * @param from where the assignments begin, after the keyword
 */
export function assignmentsOf(card: string, from = 0): ParameterText[] {
  const tokens = tokenize(card, { from });
  const equals: number[] = [];
  for (let at = 1; at < tokens.length; at++) if (tokens[at]!.text === '=') equals.push(at);
  const found: ParameterText[] = [];
  equals.forEach((index, k) => {
    const name = tokens[index - 1]!;
    const first = tokens[index + 1];
    const next = equals[k + 1];
    const last = tokens[next === undefined ? tokens.length - 1 : next - 2];
    if (!first || !last || last.start < first.start || name.text === '=') return;
    // a comma may stand between two assignments
    const end = card[last.end - 1] === ',' ? last.end - 1 : last.end;
    found.push({
      name: name.text.toLowerCase().replace(/^,/, ''),
      nameStart: name.start,
      start: first.start,
      end,
      text: card.slice(first.start, end),
    });
  });
  return found;
}

/** More layers than this are no deck's, and each takes a look at the whole text. */
const MOST_LAYERS = 100;

/** An expression without the braces, quotes or parentheses around it. */
export function unwrap(text: string): string {
  let inner = text.trim();
  for (let layer = 0; layer < MOST_LAYERS && isWrapped(inner); layer++) inner = inner.slice(1, -1).trim();
  return inner;
}

function isWrapped(text: string): boolean {
  const closing = CLOSING[text[0] ?? ''];
  if (!closing || text.length < 2 || !text.endsWith(closing)) return false;
  return closeGroup(text, 0) === text.length;
}
