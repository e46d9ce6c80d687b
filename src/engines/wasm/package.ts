import { SpiceLabError } from '../../errors/index.ts';
import { withOwnInstantiation } from './instantiate.ts';

/** What this project uses of the JavaScript that Emscripten puts around ngspice in `eecircuit-engine` 1.8.0. */
export interface SpiceModule {
  readonly FS: FileSystem;
  readonly Asyncify: Asyncify;
}

export interface FileSystem {
  writeFile(path: string, data: string | Uint8Array): void;
  open(path: string, flags: string): FileStream;
  /** Where the stream then stands: from the start (0) or from the end (2). */
  llseek(stream: FileStream, offset: number, whence: 0 | 2): number;
  read(stream: FileStream, into: Uint8Array, offset: number, length: number, position: number): number;
  ftruncate(descriptor: number, length: number): void;
  getStream(descriptor: number): { stream_ops: StreamOperations };
}

export interface FileStream {
  readonly fd: number;
}

/** `buffer` is the whole memory of the module, in which [offset, offset + length) is meant. */
type Transfer = (stream: unknown, buffer: Int8Array, offset: number, length: number) => number;

export interface StreamOperations {
  read: Transfer;
  write: Transfer;
  fsync?(stream: unknown): void;
}

export interface Asyncify {
  /** 0: running, not in the middle of leaving or entering the module's stack. */
  readonly state: number;
  /** Called by ngspice before it reads a command; leaving it without `handleSleep` lets ngspice go on at once. */
  handleAsync(work: () => Promise<unknown>): unknown;
  /** Leaves the module's stack; `wake` enters it again and comes back at the next sleep. */
  handleSleep(start: (wake: () => void) => void): unknown;
}

export interface StartedModule {
  readonly module: SpiceModule;
  /** What ngspice printed when it started. */
  readonly banner: string;
  /** Lets ngspice leave the package's own loop, which it has been waiting in since it started. */
  release(): void;
}

/** Settings of ngspice are shorter than this, models longer. */
const MODEL_BYTES = 4096;

/** The parts of the package's `Simulation` that are used, all of them public. */
interface Simulation {
  start(): Promise<void>;
  runSim(): Promise<unknown>;
  getInitInfo(): string;
  __getSpiceModuleForTests(): object | null;
}

/**
 * Starts one more ngspice in WebAssembly (0.2-0.5 s). The package is imported here and nowhere else, when it is used.
 * @throws SpiceLabError ENGINE_MISSING
 */
export async function startModule(): Promise<StartedModule> {
  const simulation = await newSimulation();
  leaveModelsOut(simulation);
  const { window } = globalThis as { window?: unknown };
  await withOwnInstantiation(() => simulation.start());
  // The package leaves a `window` behind, which other libraries take for a browser's.
  if (window === undefined) Reflect.deleteProperty(globalThis, 'window');
  const module = simulation.__getSpiceModuleForTests() as SpiceModule | null;
  if (!module) throw missing(undefined);
  const release = (): void => {
    // Never settles, since ngspice does not come back to the package's loop.
    void simulation.runSim();
  };
  return { module, banner: simulation.getInitInfo(), release };
}

async function newSimulation(): Promise<Simulation> {
  try {
    const { Simulation } = await import('eecircuit-engine');
    return new Simulation() as unknown as Simulation;
  } catch (cause) {
    throw missing(cause);
  }
}

/** The package writes four megabytes of models into its files; a deck's own includes are in its text already. */
function leaveModelsOut(simulation: object): void {
  let held: SpiceModule | null = null;
  Object.defineProperty(simulation, 'spiceModule', {
    get: () => held,
    set(module: SpiceModule) {
      held = module;
      const { FS } = module;
      const writeFile = FS.writeFile.bind(FS);
      FS.writeFile = (path, data) => {
        if (data.length < MODEL_BYTES) writeFile(path, data);
      };
      queueMicrotask(() => {
        FS.writeFile = writeFile;
      });
    },
  });
}

function missing(cause: unknown): SpiceLabError {
  return new SpiceLabError(
    'ENGINE_MISSING',
    'the embedded ngspice (npm package eecircuit-engine) does not start',
    {
      cause,
      remedy: 'Install it with: npm install eecircuit-engine@1.8.0',
    },
  );
}
