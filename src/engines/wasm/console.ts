import { type FileSystem, type SpiceModule, type StreamOperations, startModule } from './package.ts';
import { CommandInput, type Reply, Transcript } from './streams.ts';

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
  /** A file for ngspice to append to, empty now; stays open, since finding one by its name costs more than reading it. */
  openFile(path: string): OutputFile;
}

export interface OutputFile {
  /** What was written since it was last taken. */
  take(): Uint8Array;
}

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
  // ngspice looks at its memory use after each command; a file that is not there costs more than one that is.
  module.FS.writeFile('/proc/self/statm', '0 0 0 0 0 0 0\n');
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
    openFile: (path) => openFile(module.FS, path),
  };
}

function openFile(FS: FileSystem, path: string): OutputFile {
  const stream = FS.open(path, 'a+');
  return {
    take() {
      const bytes = new Uint8Array(FS.llseek(stream, 0, 2));
      FS.read(stream, bytes, 0, bytes.length, 0);
      FS.ftruncate(stream.fd, 0);
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
