import { STATISTICAL_NAMES, statisticalFunction } from './statistical-functions.ts';
import { assignmentsOf, type Span, unwrap } from './tokens.ts';

/** A call of one of the simulator's random functions, where it stands in a line. */
export interface StatisticalCall extends Span {
  readonly name: string;
  /** Arguments as written, blanks at the ends off. */
  readonly args: readonly string[];
}

const CALL = /(?<![\w.$])([a-z]\w*)[ \t]*\(/gi;
const STATISTICAL = new RegExp(`(?<![\\w.$])(?:${[...STATISTICAL_NAMES].join('|')})[ \\t]*\\(`, 'i');

/** Whether a line calls anything that has the name of a statistical function. */
export const mayDraw = (text: string): boolean => STATISTICAL.test(text);

/**
 * Outermost statistical calls of a line, in order. A name that the deck defines itself (`.func gauss(…)`) is not one, and
 * neither is one with a number of arguments that it does not take.
 * @param defined lower-case names of the deck's own functions
 */
export function findStatisticalCalls(
  text: string,
  defined: ReadonlySet<string> = new Set(),
): StatisticalCall[] {
  if (!mayDraw(text)) return [];
  return findCalls(
    text,
    STATISTICAL_NAMES,
    ({ name, args }) => !defined.has(name) && takes(name, args.length),
  );
}

/** Outermost calls of the functions of these (lower-case) names that are wanted, in order. */
export function findCalls(
  text: string,
  names: ReadonlySet<string>,
  wanted: (call: StatisticalCall) => boolean = () => true,
): StatisticalCall[] {
  const matches = [...text.matchAll(CALL)].filter((match) => names.has(match[1]!.toLowerCase()));
  if (matches.length === 0) return [];
  const groups = parenthesesOf(text);
  const calls: StatisticalCall[] = [];
  let from = 0;
  for (const match of matches) {
    const group = groups.get(match.index + match[0].length - 1);
    if (match.index < from || !group) continue;
    const args = group.cuts.slice(1).map((cut, i) => text.slice(group.cuts[i]! + 1, cut).trim());
    const call = { name: match[1]!.toLowerCase(), args, start: match.index, end: group.cuts.at(-1)! + 1 };
    if (!wanted(call)) continue;
    from = call.end;
    calls.push(call);
  }
  return calls;
}

function takes(name: string, count: number): boolean {
  try {
    return statisticalFunction(name, count) !== undefined;
  } catch {
    return false;
  }
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
    const nominal = holdAtNominal(nominalOf(call), defined, depth + 1).text;
    out += `${text.slice(from, call.start)}(${nominal})`;
    from = call.end;
  }
  return { text: out + text.slice(from), held: calls.length };
}

/** The text of a call's value when nothing varies. */
function nominalOf({ name, args }: StatisticalCall): string {
  const { location, score } = statisticalFunction(name, args.length)!;
  if (location.kind === 'variable') return args[location.index]!;
  const distribution = score(args.map(Number));
  return distribution.kind === 'uniform' ? String((distribution.low + distribution.high) / 2) : '0';
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
