import { SpiceLabError } from '../../errors/index.ts';
import { stripStream } from '../common/index.ts';
import { stillClock } from './still-clock.ts';
import { createVectorReader, type VectorReader } from './vectors.ts';

export type Koffi = typeof import('koffi');

/** One loaded ngspice. Everything it knows is global to the process, so there is one at a time. */
export interface Library {
  /** As the library says it: `39`, `46`. */
  readonly version: string;
  readonly vectors: VectorReader;
  /** Executes a command; its return code says nothing, `messages` do. */
  command(text: string): void;
  /** Hands over a circuit, a line per entry. */
  circuit(lines: readonly string[]): void;
  /** Frees the command lines that ngspice keeps. */
  clearHistory(): void;
  currentPlot(): string;
  /** Whether anything came on the error stream since the last `takeMessages`. */
  readonly alarmed: boolean;
  /** What was printed since the last call, without the stream's name. */
  takeMessages(): string[];
  /** Forgets what was printed, without making a list of it. */
  dropMessages(): void;
  /** ngspice gave up and asked to be unloaded: nothing that is told to it afterwards works. */
  readonly ended: boolean;
  close(): void;
}

/**
 * What ngspice is told once: no questions, no pages, one thread, because its OpenMP threads fight for the cores, no
 * progress, for which it asks the system for the processor time at every point (a third of a small .ac analysis), and no
 * look at /proc/meminfo at every point (which newer ones take: an .ac analysis is then eight times as long).
 */
const SETTINGS = [
  'set num_threads=1',
  'set no_mem_check',
  'set noaskquit',
  'set nomoremode',
  'unset moremode',
  'set norefvalue',
];

/** The libraries in use by this thread: a second opening would get the same state, and simulate the first one's circuit. */
const inUse = new Set<string>();

/**
 * @throws SpiceLabError ENGINE_MISSING when the file is no ngspice library for this machine, ENGINE_FAILED when this
 * process has it open already
 */
export function openLibrary(koffi: Koffi, path: string): Library {
  if (inUse.has(path))
    throw new SpiceLabError('ENGINE_FAILED', `${path} is in use already: its state is the process' own`, {
      remedy: 'Close the other engine first, or give each one a process.',
    });
  const handle = attempt(path, () => koffi.load(path));
  const state = { lines: [] as string[], alarmed: false, ended: false };
  const print = koffi.register(
    (text: bigint) => {
      const line = koffi.decode.string(text);
      state.lines.push(line);
      if (line.startsWith('stderr')) state.alarmed = true;
      return 0;
    },
    koffi.pointer(koffi.proto('int', ['void *', 'int', 'void *'])),
  );
  const exit = koffi.register(
    () => {
      state.ended = true;
      return 0;
    },
    koffi.pointer(koffi.proto('int', ['int', 'bool', 'bool', 'int', 'void *'])),
  );

  const bound = attempt(path, () => ({
    init: handle.func('ngSpice_Init', 'int', Array<string>(7).fill('void *')),
    command: handle.func('ngSpice_Command', 'int', ['str']),
    circuit: handle.func('ngSpice_Circ', 'int', ['char **']),
    currentPlot: handle.func('ngSpice_CurPlot', 'str', []),
    vectorInfo: handle.func('ngGet_Vec_Info', 'void *', ['str']),
    vectorNames: handle.func('ngSpice_AllVecs', 'void *', ['str']),
  }));
  inUse.add(path);
  stillClock(koffi, path);
  setEnvironment(koffi);
  bound.init(print, null, exit, null, null, null, null);
  for (const setting of SETTINGS) bound.command(setting);
  bound.command('version -f');
  const version = /ngspice-(\d[\w.]*)/.exec(state.lines.join('\n'))?.[1] ?? 'unknown';
  state.lines = [];
  state.alarmed = false;

  return {
    version,
    vectors: createVectorReader(koffi, bound.vectorInfo, bound.vectorNames),
    command(text) {
      if (text.length < ROOM) bound.command(text);
      else for (const part of parted(text)) bound.command(part);
    },
    circuit: (lines) => void bound.circuit([...lines, null]),
    clearHistory: () => void bound.command(null),
    currentPlot: () => bound.currentPlot() as string,
    get alarmed() {
      return state.alarmed;
    },
    get ended() {
      return state.ended;
    },
    takeMessages() {
      const lines = state.lines.map(stripStream);
      this.dropMessages();
      return lines;
    },
    dropMessages() {
      state.lines.length = 0;
      state.alarmed = false;
    },
    close() {
      inUse.delete(path);
      handle.unload();
      koffi.unregister(print);
      koffi.unregister(exit);
    },
  };
}

/** Characters that ngspice copies of a command; of a longer one it goes on reading where its copy has no end. */
const ROOM = 1000;

/** A long `save` as several, which add to each other. @throws SpiceLabError ENGINE_LOAD for another command */
function parted(text: string): string[] {
  const [verb, ...names] = text.split(' ');
  if (verb !== 'save' || names.some((name) => name.length >= ROOM - 5))
    throw new SpiceLabError(
      'ENGINE_LOAD',
      `libngspice takes no command of ${text.length} characters: ${text.slice(0, 60)}…`,
      { remedy: 'Shorten it, or use --engine wasm.' },
    );
  const parts = ['save'];
  for (const name of names) {
    if (parts.at(-1)!.length + name.length + 1 >= ROOM) parts.push('save');
    parts[parts.length - 1] += ` ${name}`;
  }
  return parts;
}

/**
 * What ngspice and the C library read from the process' own environment, which threads of Node have a copy of: all digits
 * of what `meas` finds; and the place of the time zone, which is looked at for each plot's date where it is not named.
 */
function setEnvironment(koffi: Koffi): void {
  const digits = ['NGSPICE_MEAS_PRECISION', '16'];
  if (process.platform === 'win32') {
    koffi.load('ucrtbase.dll').func('_putenv_s', 'int', ['str', 'str'])(...digits);
    return;
  }
  const set = koffi.load(null).func('setenv', 'int', ['str', 'str', 'int']);
  set(...digits, 1);
  if (process.platform === 'linux') set('TZ', ':/etc/localtime', 0);
}

function attempt<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new SpiceLabError('ENGINE_MISSING', `${path} is not a usable ngspice library`, {
      remedy: `Give the path of libngspice (ngspice built as a shared library) for ${process.platform} ${process.arch}, or use --engine wasm.`,
      cause,
    });
  }
}
