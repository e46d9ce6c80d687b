import { type SpiceModule, type StreamOperations, startModule } from './package.ts';

/** What ngspice printed while it executed some commands, to both of its outputs, in order. */
export interface Reply {
  /** Lines printed by command `from` and following, up to but not including `to`; all of them without arguments. */
  lines(from?: number, to?: number): string[];
}

/** Thrown by `execute` when ngspice ended or broke down; the console cannot be used any more. */
export class ConsoleEnded extends Error {
  readonly reply: Reply;
  constructor(reply: Reply, cause: unknown) {
    super('ngspice ended', { cause });
    this.name = 'ConsoleEnded';
    this.reply = reply;
  }
}

/**
 * ngspice's command line, as a call that returns when the commands are done. The package's own way (a promise per run,
 * which never settles after `quit`, a missing include or an analysis without results) is not used: ngspice asks for its
 * next line through functions that belong to its module, and those are exchanged for ours. While there are commands it
 * is given the next one without leaving its stack; when there are none it sleeps until the next call.
 */
export interface Console {
  /** ngspice's version, such as `45.2`. */
  readonly version: string;
  /** Bytes of the module's memory, which grows and never shrinks. */
  readonly memory: number;
  /** Runs commands one after the other. Blocks for as long as they take. @throws ConsoleEnded */
  execute(commands: readonly string[]): Reply;
  writeFile(path: string, text: string): void;
  /** Reads a file and deletes it; `undefined` when there is none. */
  takeFile(path: string): Uint8Array | undefined;
}

/** More than this many questions in one call (ngspice asks whether to run a deck with errors) end the input. */
const MOST_QUESTIONS = 1000;
const RUNNING = 0;

/** @throws SpiceLabError ENGINE_MISSING */
export async function openConsole(): Promise<Console> {
  const { module, banner, release } = await startModule();
  const transcript = new Transcript();
  const input = new CommandInput(() => transcript.commandBegins());
  let wake: (() => void) | undefined;
  let parked = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    parked = resolve;
  });

  exchangeStreams(module, input, transcript);
  const { Asyncify } = module;
  const handleSleep = Asyncify.handleSleep.bind(Asyncify);
  Asyncify.handleAsync = () => {
    input.prompted();
    if (Asyncify.state === RUNNING && input.pending) return 0;
    return handleSleep((resume) => {
      wake = resume;
      parked();
    });
  };
  release();
  await ready;

  const execute = (commands: readonly string[]): Reply => {
    const resume = wake;
    wake = undefined;
    input.give(commands);
    transcript.begin();
    let thrown: unknown;
    try {
      resume?.();
    } catch (error) {
      thrown = error;
    }
    const reply = transcript.take();
    if (!wake) throw new ConsoleEnded(reply, thrown);
    return reply;
  };
  return {
    version: /ngspice-([0-9.]+)/.exec(banner)?.[1] ?? 'unknown',
    get memory() {
      return input.memory;
    },
    execute,
    writeFile: (path, text) => module.FS.writeFile(path, text),
    takeFile(path) {
      if (!module.FS.analyzePath(path).exists) return undefined;
      const bytes = module.FS.readFile(path);
      module.FS.unlink(path);
      return bytes;
    },
  };
}

function exchangeStreams({ FS }: SpiceModule, input: CommandInput, transcript: Transcript): void {
  const exchange = (descriptor: number, operations: Partial<StreamOperations>): void => {
    const stream = FS.getStream(descriptor);
    stream.stream_ops = { ...stream.stream_ops, ...operations, fsync: () => undefined };
  };
  exchange(0, { read: (_, memory, offset, length) => input.read(memory, offset, length) });
  const write: StreamOperations['write'] = (_, memory, offset, length) =>
    transcript.write(memory, offset, length);
  exchange(1, { write });
  exchange(2, { write });
}

/** Standard input: a line per prompt. A read that no prompt went before is a question, and is answered `y`. */
class CommandInput {
  #commands: readonly string[] = [];
  #next = 0;
  #questions = 0;
  #prompted = false;
  #line: Uint8Array = new Uint8Array(0);
  #position = 0;
  readonly #encoder = new TextEncoder();
  readonly #told: () => void;
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
    this.memory = memory.buffer.byteLength;
    if (this.#position === this.#line.length) {
      const line = this.#nextLine();
      if (line === undefined) return 0;
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

const PROMPT = /ngspice \d+ -> $/;

/** Both outputs, cut where ngspice was given a command, without its prompts. */
class Transcript {
  #text = '';
  /** Where the output of each command begins. */
  #starts: number[] = [];
  readonly #decoder = new TextDecoder();

  begin(): void {
    this.#text = '';
    this.#starts = [];
  }

  write(memory: Int8Array, offset: number, length: number): number {
    this.#text += this.#decoder.decode(memory.subarray(offset, offset + length), { stream: true });
    return length;
  }

  commandBegins(): void {
    this.#text = this.#text.replace(PROMPT, '');
    this.#starts.push(this.#text.length);
  }

  take(): Reply {
    const text = this.#text;
    const starts = this.#starts;
    return {
      lines: (from = 0, to = starts.length) =>
        text
          .slice(starts[from] ?? text.length, starts[to] ?? text.length)
          .split('\n')
          .filter((line) => line.trim() !== ''),
    };
  }
}
