import type { Expression } from '../../expression/index.ts';
import type { Scope } from '../cards.ts';
import type { DrawSite } from '../circuit-values.ts';
import type { FlatInstance } from '../elaborate.ts';
import type { ParameterText } from '../tokens.ts';
import type { Formal, ScopeNames } from './names.ts';
import type { ParsedText, ReadText } from './text.ts';

/** One copy of a scope in the flattened circuit, with the values of its parameters as far as they were asked for. */
export interface Frame {
  readonly scope: Scope;
  readonly names: ScopeNames;
  /** The subcircuit instance that it is; `undefined` at the top level. */
  readonly instance: FlatInstance | undefined;
  readonly caller: Frame | undefined;
  /** What the X line sets. */
  readonly given: ReadonlyMap<string, ParameterText>;
  /** What a study sets. */
  readonly opened: ReadonlyMap<string, Expression>;
  readonly values: Map<string, Expression>;
  /** Being evaluated. */
  readonly open: Set<string>;
}

/** The text of the deck that is being evaluated, for errors and for the places of draws. */
export interface Origin {
  readonly text: ParsedText;
  /** The copy of the scope whose text it is. */
  readonly frame: Frame;
  readonly line: number;
  /** Where the text starts in its line. */
  readonly start: number;
  readonly place: DrawSite['place'];
  /** What the text is the value of: `r1`, `m0[w]`, `y`. */
  readonly label: string;
  /** The text defines a parameter of its scope. */
  readonly isParameter: boolean;
  /** The call or name of the text that is being expanded. */
  site: OpenSite | undefined;
  /** Functions and statistical `.param`s put into it so far. */
  expansions: number;
}

export interface OpenSite {
  readonly site: DrawSite;
  /** Draws, or would in another copy. */
  stands: boolean;
}

/** Where names are looked up. */
export interface Environment {
  readonly frame: Frame;
  /** Parameters of the frame from this one on are not assigned yet, but for plain numbers. */
  readonly limit: number;
  /** A value of an X line: the statistical `.param`s of the subcircuit itself are not seen from there. */
  readonly given: boolean;
  /** Where functions are looked up, by the text that calls them. */
  readonly scope: Scope;
  /** Arguments of the function that is being expanded; they are texts, each use is evaluated anew. */
  readonly bindings: ReadonlyMap<string, Binding> | undefined;
  readonly origin: Origin;
  /** The statistical `.param` that is being expanded. */
  readonly macro: { readonly name: string; readonly global: boolean } | undefined;
  /** Names that only the simulation knows stay as they are. */
  readonly partial: boolean;
  readonly depth: number;
}

export interface Binding {
  readonly expression: Expression;
  readonly environment: Environment;
}

/** A stretch of a line that is to be evaluated. */
export interface Written {
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly label: string;
}

/** @param frame the copy of the scope whose text it is */
export const originOf = (
  read: ReadText,
  { text, line, start, label }: Written,
  frame: Frame,
  place: Origin['place'] = 'body',
  isParameter = false,
): Origin => ({
  text: read(text),
  frame,
  line,
  start,
  place,
  label,
  isParameter,
  site: undefined,
  expansions: 0,
});

/** The text that gives a parameter its value in a copy: what the X line sets, or else its own definition. */
export function assignmentOf(
  name: string,
  frame: Frame,
  formal: Omit<Formal, 'order'>,
  read: ReadText,
): { readonly origin: Origin; readonly given: boolean } {
  const set = frame.given.get(name);
  if (!set)
    return { origin: originOf(read, { ...formal, label: name }, frame, formal.place, true), given: false };
  const { card } = frame.instance!;
  const written = { ...set, line: card.line, label: `${card.name}[${name}]` };
  return { origin: originOf(read, written, frame.caller!), given: true };
}

/** Every parameter of a copy is assigned before it. */
export const LAST = Number.POSITIVE_INFINITY;

/** Where the names of a text are looked up that is evaluated as a whole. */
export const environmentOf = (origin: Origin, frame: Frame, depth: number): Environment => ({
  frame,
  limit: LAST,
  given: false,
  scope: origin.frame.scope,
  bindings: undefined,
  origin,
  macro: undefined,
  partial: false,
  depth,
});
