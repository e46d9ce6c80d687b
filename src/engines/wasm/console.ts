import type { SpiceModule } from './package.ts';
import { startModule } from './package.ts';

/** What ngspice printed while it executed some commands. */
export interface Reply {
  readonly stdout: string;
  readonly stderr: string;
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
  const input = new CommandInput();
  const stdout = new Transcript();
  const stderr = new Transcript();
  let wake: (() => void) | undefined;
  let parked = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    parked = resolve;
  });

  exchangeStreams(module, input, stdout, stderr);
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
    let thrown: unknown;
    try {
      resume?.();
    } catch (error) {
      thrown = error;
    }
    const reply = { stdout: stdout.take(), stderr: stderr.take() };
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

function exchangeStreams(module: SpiceModule, input: CommandInput, out: Transcript, err: Transcript): void {
  const exchange = (descriptor: number, operations: Partial<Pick<StreamOps, 'read' | 'write'>>): void => {
    const stream = module.FS.getStream(descriptor);
    stream.stream_ops = { ...stream.stream_ops, ...operations, fsync: () => undefined };
  };
  exchange(0, { read: (_, memory, offset, length) => input.read(memory, offset, length) });
  exchange(1, { write: (_, memory, offset, length) => out.write(memory, offset, length) });
  exchange(2, { write: (_, memory, offset, length) => err.write(memory, offset, length) });
}
type StreamOps = ReturnType<SpiceModule['FS']['getStream']>['stream_ops'];

/** Standard input: a line per prompt. A read that no prompt went before is a question, and is answered `y`. */
class CommandInput {
  #commands: readonly string[] = [];
  #next = 0;
  #questions = 0;
  #prompted = false;
  #line: Uint8Array = new Uint8Array(0);
  #position = 0;
  readonly #encoder = new TextEncoder();
  memory = 0;

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
      return this.#commands[this.#next++] ?? ' ';
    }
    return this.#questions++ < MOST_QUESTIONS ? 'y' : undefined;
  }
}

/** Standard output or error: what was written since it was last taken, without ngspice's prompts. */
class Transcript {
  #text = '';
  readonly #decoder = new TextDecoder();

  write(memory: Int8Array, offset: number, length: number): number {
    this.#text += this.#decoder.decode(memory.subarray(offset, offset + length), { stream: true });
    return length;
  }

  take(): string {
    const text = this.#text.replace(/ngspice \d+ -> /g, '');
    this.#text = '';
    return text;
  }
}
