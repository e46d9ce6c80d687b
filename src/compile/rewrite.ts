import type { Expression } from '../expression/index.ts';
import { printExpression } from '../expression/index.ts';
import type { Deck, DrawSite, FlatInstance, InstanceCard, Scope } from '../netlist/index.ts';
import { printExact } from '../plan/index.ts';
import type { TextEdit } from './circuit-text.ts';

/** What stands at a site in one copy of its scope, over the plan's variables. */
export interface SiteBinding {
  readonly site: Omit<DrawSite, 'place'>;
  readonly instance: FlatInstance | undefined;
  readonly value: Expression;
  /** How the line spells it; by itself where absent. */
  readonly spell?: (reference: string) => string;
}

/** A circuit's text in which every site that varies is the name of a parameter. */
export interface Rewriting {
  readonly edits: readonly TextEdit[];
  /** Top-level parameters to be added, with their values over the plan's variables. */
  readonly parameters: ReadonlyMap<string, Expression>;
}

/** By the name of the subcircuit instance that a scope is copied for; '' at the top level. */
type ByCopy = ReadonlyMap<string, Expression>;

const END_OF_LINE = Number.MAX_SAFE_INTEGER;
const copyName = (instance: FlatInstance | undefined): string => instance?.name ?? '';

/**
 * Replaces sites by parameters. Each distinct value becomes a parameter of the top level; where the copies of a subcircuit
 * differ, its header gets a parameter more and the X lines hand the values down, through as many levels as it takes.
 */
export function rewriteSites(deck: Deck, bindings: readonly SiteBinding[]): Rewriting {
  const sites = new Map<string, { first: SiteBinding; values: Map<string, Expression> }>();
  for (const binding of bindings) {
    const { site, instance, value } = binding;
    const key = `${site.line}:${site.start}${binding.spell?.('') ?? ''}`;
    const entry = sites.get(key) ?? { first: binding, values: new Map<string, Expression>() };
    entry.values.set(copyName(instance), value);
    sites.set(key, entry);
  }
  const varying = [...sites.values()].filter(({ values }) =>
    [...values.values()].some(({ kind }) => kind !== 'number'),
  );
  if (varying.length === 0) return { edits: [], parameters: new Map() };
  const writer = new Writer(deck);
  const edits = varying.map(({ first, values }): TextEdit => {
    const { line, start, end, scope } = first.site;
    const reference = writer.reference(scope, values);
    const isWhole = isWholeModelValue(deck.lines[line]!.text, start, end);
    return {
      line,
      start,
      end,
      text: first.spell?.(reference) ?? (isWhole ? inBraces(reference) : reference),
    };
  });
  return { edits: [...edits, ...writer.edits], parameters: writer.parameters };
}

class Writer {
  readonly edits: TextEdit[] = [];
  readonly parameters = new Map<string, Expression>();
  readonly #prefix: string;
  readonly #names = new Map<string, string>();
  /** X lines by the scope that they instantiate, each with its copies. */
  readonly #uses = new Map<Scope, Map<InstanceCard, FlatInstance[]>>();
  /** Parameters of headers by scope and what they are worth. */
  readonly #headers = new Map<Scope, Map<string, string>>();
  #count = 0;

  constructor(deck: Deck) {
    this.#prefix = freePrefix(deck);
    for (const instance of deck.circuit.instances) {
      const { body, card } = instance;
      if (!body) continue;
      const uses = this.#uses.get(body) ?? new Map<InstanceCard, FlatInstance[]>();
      uses.set(card, [...(uses.get(card) ?? []), instance]);
      this.#uses.set(body, uses);
    }
  }

  /** What is written in the text of a scope for a value that may differ between its copies. */
  reference(scope: Scope, values: ByCopy): string {
    const texts = new Set([...values.values()].map(printExpression));
    if (texts.size === 1) return this.#global([...values.values()][0]!);
    const headers = this.#headers.get(scope) ?? new Map<string, string>();
    this.#headers.set(scope, headers);
    const key = JSON.stringify([...values].map(([copy, value]) => [copy, printExpression(value)]));
    const known = headers.get(key);
    if (known !== undefined) return known;
    const name = `${this.#prefix}h${this.#count++}`;
    headers.set(key, name);
    this.edits.push(this.#header(scope, name));
    for (const [card, copies] of this.#uses.get(scope) ?? []) {
      const around = new Map<string, Expression>();
      for (const copy of copies) {
        const value = values.get(copy.name);
        if (value) around.set(copyName(copy.parent), value);
      }
      if (around.size === 0) continue;
      const text = ` ${name}=${inBraces(this.reference(copies[0]!.scope, around))}`;
      this.edits.push({ line: card.line, start: END_OF_LINE, end: END_OF_LINE, text });
    }
    return name;
  }

  #global(value: Expression): string {
    if (value.kind === 'number') return printExact(value.value);
    const text = printExpression(value);
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `${this.#prefix}${this.#count++}`;
    this.#names.set(text, name);
    this.parameters.set(name, value);
    return name;
  }

  /** Before the other parameters of the header, whose defaults may read it. */
  #header({ line, defaults }: Scope, name: string): TextEdit {
    const at = Math.min(...defaults.map(({ nameStart }) => nameStart), END_OF_LINE);
    const text = at === END_OF_LINE ? ` ${name}=0` : `${name}=0 `;
    return { line, start: at, end: at, text };
  }
}

const inBraces = (text: string): string => (/^[a-z]/i.test(text) ? `{${text}}` : text);

/** ngspice takes the parenthesis that ends `.model m r(r=name)` for a part of the name, where it has no braces. */
const isWholeModelValue = (text: string, start: number, end: number): boolean =>
  /^\.model\b.*=\s*$/i.test(text.slice(0, start)) && /^(?:[\s),]|$)/.test(text.slice(end));

/** The beginning of a name that no name of the deck has. */
function freePrefix(deck: Deck): string {
  for (let count = 0; ; count++) {
    const prefix = count === 0 ? 'sl_' : `sl${count}_`;
    if (!deck.lines.some(({ text }) => text.toLowerCase().includes(prefix))) return prefix;
  }
}
