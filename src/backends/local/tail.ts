const MOST_BYTES = 4096;

/** The last few kilobytes of what a process printed, for messages. */
export class Tail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-MOST_BYTES);
  }

  /** Trimmed; at most `lines` lines. */
  last(lines: number): string {
    return this.#text.trim().split('\n').slice(-lines).join('\n');
  }
}
