import { SpiceLabError } from '../../errors/index.ts';
import type { Circuit } from '../../plan/index.ts';
import { loadFailure } from '../common/index.ts';
import { type Console, ConsoleEnded, type OutputFile, openConsole } from './console.ts';
import type { Reply } from './streams.ts';

/** Told to every ngspice once: all digits of a double, several plots in one file, and neither clock nor memory looked at for every point. */
const SETTINGS = [
  'set numdgt=16',
  'set appendwrite',
  'set num_threads=1',
  'set norefvalue',
  'set no_mem_check',
];
const DECK = '/deck.cir';
/** `source` adds the deck's folder to this list each time, and looks through all of it: loading would slow down. */
const SAME_PATH = 'set sourcepath = ( . )';

/** What is loaded: a circuit of a plan with its slots filled. */
export interface Loading {
  readonly circuit: Circuit;
  readonly text: string;
  /** Told after the circuit is loaded. */
  readonly commands: readonly string[];
}

/** A console with a circuit in it, replaced by a new one when ngspice ends. */
export class Session {
  #console: Console;
  #loaded: string | undefined;
  /** The circuit that ngspice refused last: rows that share it do not ask again. */
  #refused: { readonly text: string; readonly failure: SpiceLabError } | undefined;
  readonly #files = new Map<string, OutputFile>();
  #opened = performance.now();

  /** @throws SpiceLabError ENGINE_MISSING */
  static async open(): Promise<Session> {
    return new Session(await newConsole());
  }

  private constructor(console: Console) {
    this.#console = console;
  }

  get version(): string {
    return this.#console.version;
  }

  /** Bytes of ngspice's memory. */
  get memory(): number {
    return this.#console.memory;
  }

  /** Seconds since this ngspice was started. */
  get age(): number {
    return (performance.now() - this.#opened) / 1000;
  }

  /** Forgets this ngspice with all its memory, and starts another one without a circuit. */
  async renew(): Promise<void> {
    this.#loaded = undefined;
    this.#files.clear();
    this.#console = await newConsole();
    this.#opened = performance.now();
  }

  /** The circuit is loaded anew the next time, even if it is the same. */
  forget(): void {
    this.#loaded = undefined;
    this.#refused = undefined;
  }

  /** Loads a circuit where another one is loaded; answers why ngspice does not take it. */
  async load(loading: Loading): Promise<SpiceLabError | undefined> {
    const { text } = loading;
    if (this.#loaded === text) return undefined;
    if (this.#refused?.text === text) return this.#refused.failure;
    this.#loaded = undefined;
    const failure = await this.#source(loading);
    if (failure) this.#refused = { text, failure };
    else this.#loaded = text;
    return failure;
  }

  async #source({ circuit, text, commands }: Loading): Promise<SpiceLabError | undefined> {
    this.#console.writeFile(DECK, text);
    try {
      this.#console.execute(['destroy all', 'delete all', 'remcirc']);
      const reply = this.#console.execute([`source ${DECK}`, SAME_PATH, ...commands]);
      return loadFailure(reply.lines(0, 1), circuit);
    } catch (error) {
      if (!(error instanceof ConsoleEnded)) throw error;
      await this.renew();
      return loadFailure(error.reply.lines(), circuit) ?? endedWhileLoading(error);
    }
  }

  /** @throws ConsoleEnded when ngspice ended; `renew` before anything else */
  execute(commands: readonly string[]): Reply {
    return this.#console.execute(commands);
  }

  /** What ngspice has appended to a file since this was last asked. */
  takeFile(path: string): Uint8Array {
    const known = this.#files.get(path);
    if (known) return known.take();
    const file = this.#console.openFile(path);
    this.#files.set(path, file);
    return file.take();
  }
}

async function newConsole(): Promise<Console> {
  const console = await openConsole();
  console.execute(SETTINGS);
  return console;
}

function endedWhileLoading(error: ConsoleEnded): SpiceLabError {
  const said = error.reply.lines().at(-1);
  return new SpiceLabError(
    'ENGINE_LOAD',
    `ngspice ended while it loaded the circuit${said ? `: ${said}` : ''}`,
    {
      cause: error,
      remedy: 'Take the lines out of the deck that end a simulator, such as .control blocks with quit.',
    },
  );
}
