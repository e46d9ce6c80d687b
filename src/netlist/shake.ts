import { type Definition, definitionsOf } from './shake-definitions.ts';
import { type Structure, type Subcircuit, structureOf } from './shake-structure.ts';
import { wordsIn } from './shake-words.ts';

/** What is known of a circuit beyond its text. */
export interface ShakeHints {
  /** Names that something outside of the text uses, such as the parameters that a study sets; in lower case. */
  readonly names?: Iterable<string>;
  /** Lines that stay whatever reads them, with the subcircuits around them. */
  readonly lines?: Iterable<number>;
  /** Whether a device may select the binned model (`nm.3`) of this line. All of them where absent. */
  readonly selectable?: (line: number) => boolean;
}

/**
 * Which lines of a circuit the simulator needs, one flag per line: everything but models, subcircuits, `.param`s and
 * `.func`s whose names occur nowhere in what it needs. Names count wherever they stand (a node that is called like a model
 * keeps the model) and in any scope: too many lines are kept, never too few.
 * @param texts lines as the simulator reads them, without title and `.end`
 */
export function reachedLines(texts: readonly string[], hints: ShakeHints = {}): boolean[] {
  const structure = structureOf(texts);
  return structure ? reachedIn(structure, texts, hints) : texts.map(() => true);
}

/** A circuit without subcircuits that nothing uses, and their names. A library may have hundreds of thousands of them. */
export function withoutUnused<L extends { readonly text: string }>(
  lines: readonly L[],
): { readonly lines: readonly L[]; readonly unused: readonly string[] } {
  const texts = lines.map(({ text }) => text);
  const structure = structureOf(texts);
  if (!structure || structure.subcircuits.size === 0) return { lines, unused: [] };
  const reached = reachedIn(structure, texts, {});
  const read = new Array<boolean>(lines.length).fill(true);
  const unused: string[] = [];
  for (const { name, start, end } of structure.subcircuits.values()) {
    if (reached[start]) continue;
    unused.push(name);
    read.fill(false, start, end + 1);
  }
  for (const line of structure.everywhere) read[line] = true;
  return { lines: lines.filter((_, line) => read[line]), unused };
}

function reachedIn(
  { subcircuits, everywhere }: Structure,
  texts: readonly string[],
  hints: ShakeHints,
): boolean[] {
  const reach = new Reach(texts, hints.selectable ?? (() => true));
  for (const name of hints.names ?? []) reach.mention(name);
  const pinned = [...(hints.lines ?? [])];
  if (pinned.length > 0) {
    for (const subcircuit of subcircuits.values()) {
      if (pinned.some((line) => line >= subcircuit.start && line <= subcircuit.end)) reach.take(subcircuit);
    }
  }
  for (const line of [...pinned, ...everywhere]) reach.keep(line);
  reach.enter(0, texts.length, subcircuits);
  reach.follow(subcircuits);
  return reach.kept;
}

type Subcircuits = ReadonlyMap<number, Subcircuit>;

class Reach {
  readonly kept: boolean[];
  readonly #texts: readonly string[];
  readonly #selectable: (line: number) => boolean;
  readonly #names = new Set<string>();
  /** What is defined in the scopes that are reached, by the names that would reach it. */
  readonly #waiting = new Map<string, (Definition | Subcircuit)[]>();
  readonly #lines: number[] = [];
  readonly #scopes: Subcircuit[] = [];

  constructor(texts: readonly string[], selectable: (line: number) => boolean) {
    this.#texts = texts;
    this.#selectable = selectable;
    this.kept = new Array<boolean>(texts.length).fill(false);
  }

  keep(line: number): void {
    if (this.kept[line]) return;
    this.kept[line] = true;
    this.#lines.push(line);
  }

  take(found: Definition | Subcircuit): void {
    if ('line' in found) {
      if (!found.binned || this.#selectable(found.line)) this.keep(found.line);
    } else if (!this.kept[found.start]) {
      this.keep(found.start);
      this.keep(found.end);
      this.#scopes.push(found);
    }
  }

  mention(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    for (const found of this.#waiting.get(name) ?? []) this.take(found);
    this.#waiting.delete(name);
  }

  /** Reads the lines [from, to) of a scope that is reached, but not the subcircuits in it. */
  enter(from: number, to: number, subcircuits: Subcircuits): void {
    for (let line = from; line < to; line++) {
      const inner = subcircuits.get(line);
      if (inner) {
        this.#define(inner);
        line = inner.end;
        continue;
      }
      const definitions = definitionsOf(this.#texts[line]!, line);
      if (definitions.length === 0) this.keep(line);
      for (const definition of definitions) this.#define(definition);
    }
  }

  /** Goes on until nothing that is kept mentions anything that is not. */
  follow(subcircuits: Subcircuits): void {
    for (;;) {
      const scope = this.#scopes.pop();
      const line = scope ? undefined : this.#lines.pop();
      if (scope) this.enter(scope.start + 1, scope.end, subcircuits);
      else if (line !== undefined) wordsIn(this.#texts[line]!, (name) => this.mention(name));
      else return;
    }
  }

  #define(found: Definition | Subcircuit): void {
    const known = this.#waiting.get(found.name);
    if (this.#names.has(found.name)) this.take(found);
    else if (known) known.push(found);
    else this.#waiting.set(found.name, [found]);
  }
}
