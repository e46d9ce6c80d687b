import { assignmentsOf, type Span, unwrap } from './tokens.ts';

/** A call of one of the simulator's random functions, where it stands in a line. */
export interface StatisticalCall extends Span {
  readonly name: string;
  /** Arguments as written, blanks at the ends off. */
  readonly args: readonly string[];
}

const CALL = /(?<![\w.$])(agauss|gauss|aunif|unif|limit)[ \t]*\(/gi;
/** Arguments of each; `limit` with three is a clamp, not a random draw. */
const ARITY: Readonly<Record<string, number>> = { agauss: 3, gauss: 3, aunif: 2, unif: 2, limit: 2 };

/**
 * Outermost statistical calls of a line, in order. A name that the deck defines itself (`.func gauss(…)`) is not one.
 * @param defined lower-case names of the deck's own functions
 */
export function findStatisticalCalls(
  text: string,
  defined: ReadonlySet<string> = new Set(),
): StatisticalCall[] {
  const matches = [...text.matchAll(CALL)];
  if (matches.length === 0) return [];
  const groups = parenthesesOf(text);
  const calls: StatisticalCall[] = [];
  let from = 0;
  for (const match of matches) {
    const name = match[1]!.toLowerCase();
    const group = groups.get(match.index + match[0].length - 1);
    if (match.index < from || defined.has(name) || group?.cuts.length !== ARITY[name]! + 1) continue;
    const args = group.cuts.slice(1).map((cut, i) => text.slice(group.cuts[i]! + 1, cut).trim());
    from = group.cuts.at(-1)! + 1;
    calls.push({ name, args, start: match.index, end: from });
  }
  return calls;
}

/** Closed parentheses by where they open: `cuts` are the positions of `(`, of its own commas, and of `)`. */
function parenthesesOf(text: string): Map<number, { cuts: number[] }> {
  const closed = new Map<number, { cuts: number[] }>();
  const open: { cuts: number[] }[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '(') open.push({ cuts: [i] });
    else if (character === ',') open.at(-1)?.cuts.push(i);
    else if (character === ')') {
      const group = open.pop();
      if (!group) continue;
      group.cuts.push(i);
      closed.set(group.cuts[0]!, group);
    }
  }
  return closed;
}

/** Calls inside of calls beyond this are no deck's. */
const DEEPEST = 12;

/** The line with each statistical call replaced by its nominal value, and how many there were. */
export function holdAtNominal(
  text: string,
  defined: ReadonlySet<string> = new Set(),
  depth = 0,
): { text: string; held: number } {
  if (depth > DEEPEST) return { text, held: 0 };
  const calls = findStatisticalCalls(text, defined);
  if (calls.length === 0) return { text, held: 0 };
  let out = '';
  let from = 0;
  for (const call of calls) {
    const nominal = holdAtNominal(call.args[0]!, defined, depth + 1).text;
    out += `${text.slice(from, call.start)}(${nominal})`;
    from = call.end;
  }
  return { text: out + text.slice(from), held: calls.length };
}

/**
 * As `holdAtNominal`, for a whole line of a deck. ngspice reads `.param x = {a} + b*agauss(…)` only because of the call in
 * it; without one the value must be a single pair of braces.
 */
export function holdLine(text: string, defined: ReadonlySet<string>): { text: string; held: number } {
  const whole = holdAtNominal(text, defined);
  const [keyword] = /^\.params?\b/i.exec(text) ?? [];
  if (whole.held === 0 || keyword === undefined) return whole;
  let out = keyword;
  let from = 0;
  const rest = text.slice(keyword.length);
  for (const { start, end, text: value } of assignmentsOf(rest)) {
    const { text: nominal, held } = holdAtNominal(value, defined);
    out += rest.slice(from, start) + (held > 0 ? inBraces(nominal) : value);
    from = end;
  }
  return { text: out + rest.slice(from), held: whole.held };
}

function inBraces(value: string): string {
  if (/^[{']/.test(value) && unwrap(value) !== value) return value;
  let quotes = 0;
  const flat = value.replace(/[{}']/g, (mark) =>
    mark === '{' || (mark === "'" && quotes++ % 2 === 0) ? '(' : ')',
  );
  return `{${flat}}`;
}
