import type { Line } from '../flatten.ts';

/** Names that no line of a deck mentions. */
export class TakenNames {
  readonly #mentioned = new Set<string>();

  constructor(lines: readonly Line[]) {
    for (const { text } of lines) {
      for (const word of text.toLowerCase().match(/[a-z_][\w.]*/g) ?? []) this.#mentioned.add(word);
    }
  }

  /** A name that may stand in an expression, as near to the wish as can be. The same wish has the same name. */
  free(wish: string): string {
    const word = wish.toLowerCase().replace(/\W/g, '_');
    let name = /^[a-z]/.test(word) ? word : `n${word}`;
    while (this.#mentioned.has(name)) name += '_';
    return name;
  }

  /** As `free`, and no other wish has it from now on. */
  fresh(wish: string): string {
    const name = this.free(wish);
    this.#mentioned.add(name);
    return name;
  }
}
