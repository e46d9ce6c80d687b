const MOST_CHARACTERS = 4096;
const MOST_IN_LINE = 300;

/** The last few kilobytes of what a process printed, for messages. */
export class Tail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-MOST_CHARACTERS);
  }

  /** At most so many lines, none of them endless. */
  last(lines: number): string {
    const last = this.#text.trim().split('\n').slice(-lines);
    return last.map((line) => line.slice(0, MOST_IN_LINE)).join('\n');
  }
}
