import { type Expression, readNumber } from '../../expression/index.ts';
import type { FunctionCard, ParameterCard, Scope } from '../cards.ts';
import { STATISTICAL_NAMES, statisticalFunction } from '../statistical-functions.ts';
import { type ParameterText, unwrap } from '../tokens.ts';
import type { ParsedText, ReadText } from './text.ts';

/** A parameter that a scope defines: by the `.subckt` line, where an X line may set it, or by `.param`, which it may too. */
export interface Formal extends ParameterText {
  readonly line: number;
  readonly place: 'body' | 'header';
  /** A value on an X line and a default see those before them, and those that are plain numbers. */
  readonly order: number;
}

/** A `.param` whose text draws: every use of its name draws anew. */
export interface Macro extends ParameterText {
  readonly line: number;
}

/** What the names of a scope stand for, the last definition of each. */
export interface ScopeNames {
  readonly formals: ReadonlyMap<string, Formal>;
  readonly macros: ReadonlyMap<string, Macro>;
}

/** Whether a text is a number as it stands, in braces or quotes too. */
export const isNumeric = (text: string): boolean => readNumber(unwrap(text)) !== undefined;

/** A function, and the scope that defines it. */
export interface FoundFunction {
  readonly card: FunctionCard;
  readonly scope: Scope;
}

export function findFunction(name: string, from: Scope): FoundFunction | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    const card = scope.functions.get(name);
    if (card) return { card, scope };
  }
  return undefined;
}

/** Whether a call draws, unless the deck has a function of that name. `limit` with three arguments is a clamp. */
export const isStatistical = (name: string, count: number): boolean =>
  STATISTICAL_NAMES.has(name) && !(name === 'limit' && count === 3);

/**
 * Reads what a scope defines. ngspice makes the `.param`s of a subcircuit parameters of its `.subckt` line, sorts them by
 * what their defaults read, and assigns them in that order.
 */
export function namesOf(scope: Scope, read: ReadText, multiplied: boolean): ScopeNames {
  const macros = new Map<string, Macro>();
  const written = new Map<string, Omit<Formal, 'order'>>();
  const add = (entry: ParameterText, line: number, place: Formal['place']): void => {
    macros.delete(entry.name);
    written.delete(entry.name);
    if (drawsPerUse(entry.text, scope, read)) macros.set(entry.name, { ...entry, line });
    else written.set(entry.name, { ...entry, line, place });
  };
  for (const entry of scope.defaults) add(entry, scope.line, 'header');
  for (const card of scope.parameters) add(card, (card satisfies ParameterCard).line, 'body');
  if (multiplied && !written.has('m')) {
    written.set('m', {
      name: 'm',
      text: '1',
      nameStart: 0,
      start: 0,
      end: 0,
      line: scope.line,
      place: 'header',
    });
  }
  const entries = [...written.values()];
  const sorted = scope.parent ? byDependence(entries, scope, read) : entries;
  return { macros, formals: new Map(sorted.map((entry, order) => [entry.name, { ...entry, order }])) };
}

/** A text that calls a statistical function itself (a `.func` that does is no such call). */
function drawsPerUse(text: string, scope: Scope, read: ReadText): boolean {
  if (!/\(/.test(text)) return false;
  const { expression, calls } = read(text);
  if (!expression || ![...calls].some((name) => STATISTICAL_NAMES.has(name))) return false;
  return callsOf(expression).some(
    ({ name, args }) =>
      isStatistical(name, args.length) &&
      !findFunction(name, scope) &&
      statisticalForm(name, args.length)?.perUse !== false,
  );
}

/** The table complains of a wrong number of arguments where the call is evaluated, not here. */
function statisticalForm(name: string, count: number): { readonly perUse: boolean } | undefined {
  try {
    return statisticalFunction(name, count);
  } catch {
    return undefined;
  }
}

type Call = Extract<Expression, { kind: 'call' }>;

function callsOf(node: Expression): Call[] {
  switch (node.kind) {
    case 'unary':
      return callsOf(node.operand);
    case 'binary':
      return [...callsOf(node.left), ...callsOf(node.right)];
    case 'conditional':
      return [...callsOf(node.test), ...callsOf(node.whenTrue), ...callsOf(node.whenFalse)];
    case 'call':
      return [node, ...node.args.flatMap((argument) => callsOf(argument.value))];
    default:
      return [];
  }
}

/** Those that read no other first, then those that read only these, and so on; else in the order of the deck. */
function byDependence<E extends ParameterText>(entries: readonly E[], scope: Scope, read: ReadText): E[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const levels = new Map<string, number>();
  const levelOf = (entry: E): number => {
    const known = levels.get(entry.name);
    if (known !== undefined) return known;
    // a loop ends here; whoever reads it finds no value
    levels.set(entry.name, 0);
    let level = 0;
    for (const name of namesRead(read(entry.text), scope, read)) {
      const other = name === entry.name ? undefined : byName.get(name);
      if (other) level = Math.max(level, levelOf(other) + 1);
    }
    levels.set(entry.name, level);
    return level;
  };
  return entries
    .map((entry) => ({ entry, level: levelOf(entry) }))
    .sort((a, b) => a.level - b.level)
    .map(({ entry }) => entry);
}

/** Names in a text and in the functions that it calls. */
function namesRead(text: ParsedText, scope: Scope, read: ReadText, entered = new Set<string>()): Set<string> {
  const names = new Set(text.names);
  for (const call of text.calls) {
    const found = entered.has(call) ? undefined : findFunction(call, scope);
    if (!found) continue;
    entered.add(call);
    for (const name of namesRead(read(found.card.body), found.scope, read, entered)) {
      if (!found.card.args.includes(name)) names.add(name);
    }
  }
  return names;
}
