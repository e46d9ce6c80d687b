/** What ngspice printed while it executed some commands, to both of its outputs, in order. */
export interface Reply {
  /** Lines printed by command `from` and following, up to but not including `to`; all of them without arguments. */
  lines(from?: number, to?: number): string[];
}

/** More than this many questions in one call (ngspice asks whether to run a deck with errors) end the input. */
const MOST_QUESTIONS = 1000;

/** Standard input: a line per prompt. A read that no prompt went before is a question, and is answered `y`. */
export class CommandInput {
  #commands: readonly string[] = [];
  #next = 0;
  #questions = 0;
  #prompted = false;
  #line: Uint8Array = new Uint8Array(0);
  #position = 0;
  readonly #encoder = new TextEncoder();
  readonly #told: () => void;
  /** Bytes of the module's memory when it was last seen. */
  memory = 0;

  /** `told` is called before each command, when ngspice has printed its prompt. */
  constructor(told: () => void) {
    this.#told = told;
  }

  get pending(): boolean {
    return this.#next < this.#commands.length;
  }

  give(commands: readonly string[]): void {
    this.#commands = commands;
    this.#next = 0;
    this.#questions = 0;
  }

  prompted(): void {
    this.#prompted = true;
  }

  read(memory: Int8Array, offset: number, length: number): number {
    if (length === 0) return 0;
    this.memory = memory.buffer.byteLength;
    if (this.#position === this.#line.length) {
      const line = this.#nextLine();
      if (line === undefined) return 0;
      const written = writeAscii(line, memory, offset, length);
      if (written > 0) return written;
      this.#line = this.#encoder.encode(`${line}\n`);
      this.#position = 0;
    }
    const part = this.#line.subarray(this.#position, this.#position + length);
    memory.set(part, offset);
    this.#position += part.length;
    return part.length;
  }

  #nextLine(): string | undefined {
    if (this.#prompted) {
      this.#prompted = false;
      this.#told();
      return this.#commands[this.#next++] ?? ' ';
    }
    return this.#questions++ < MOST_QUESTIONS ? 'y' : undefined;
  }
}

/** Writes a short plain line and its end without anything between; 0 where it is neither. */
function writeAscii(line: string, memory: Int8Array, offset: number, length: number): number {
  const count = line.length;
  if (count >= length) return 0;
  for (let i = 0; i < count; i++) {
    const code = line.charCodeAt(i);
    if (code > 126) return 0;
    memory[offset + i] = code;
  }
  memory[offset + count] = 10;
  return count + 1;
}

const PROMPT = /ngspice \d+ -> $/;
/** No prompt is longer. */
const PROMPT_BYTES = 24;

/** Both outputs, cut where ngspice was given a command, without its prompts. */
export class Transcript {
  #bytes = new Uint8Array(65_536);
  #length = 0;
  /** Where the output of each command begins. */
  #starts: number[] = [];
  readonly #decoder = new TextDecoder();

  begin(): void {
    this.#length = 0;
    this.#starts = [];
  }

  write(memory: Int8Array, offset: number, length: number): number {
    if (this.#length + length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#length + length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(memory.subarray(offset, offset + length), this.#length);
    this.#length += length;
    return length;
  }

  /** ngspice has just printed its prompt. */
  commandBegins(): void {
    const tail = this.#text(Math.max(0, this.#length - PROMPT_BYTES), this.#length);
    this.#length -= PROMPT.exec(tail)?.[0].length ?? 0;
    this.#starts.push(this.#length);
  }

  take(): Reply {
    const starts = this.#starts;
    const bytes = this.#bytes.slice(0, this.#length);
    return {
      lines: (from = 0, to = starts.length) =>
        this.#decoder
          .decode(bytes.subarray(starts[from] ?? bytes.length, starts[to] ?? bytes.length))
          .split('\n')
          .filter((line) => line.trim() !== ''),
    };
  }

  #text(from: number, to: number): string {
    return this.#decoder.decode(this.#bytes.subarray(from, to));
  }
}
