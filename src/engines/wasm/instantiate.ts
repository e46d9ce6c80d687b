import { type CodeCache, cacheFolder, openCodeCache } from './code-cache.ts';
import { nativeCode } from './native-code.ts';
import { type CompiledModule, type Imports, webAssembly } from './web-assembly.ts';

/** The package carries its WebAssembly as text, and has it fetched from there. */
const INLINE = 'data:application/wasm;base64,';

interface Compiled {
  readonly module: CompiledModule;
  readonly cache: CodeCache;
}
/** Compiled once per process: a second ngspice starts in a quarter of the time, with what was optimised for the first. */
let compiled: Promise<Compiled> | undefined;
/** Starts follow one another, since they exchange functions that the whole thread shares. */
let last: Promise<unknown> = Promise.resolve();

/** Keeps what V8 has optimised so far for the processes to come. Not before ngspice has done something. */
export async function keepCode(): Promise<void> {
  if (!compiled) return;
  const { module, cache } = await compiled;
  cache.save(module);
}

/**
 * Runs a start of the package with its way of compiling and its clock exchanged: `fetch` of eight megabytes of text takes
 * longer than to compile them (and `URL` a tenth of a second to look through them), and a .ac analysis asks for the time
 * at each of its points (a fifth of an RC sample).
 */
export function withOwnInstantiation<T>(start: () => Promise<T>): Promise<T> {
  const run = last.then(() => exchanged(start));
  last = run.catch(() => undefined);
  return run;
}

async function exchanged<T>(start: () => Promise<T>): Promise<T> {
  const { fetch, URL } = globalThis;
  const { instantiateStreaming } = webAssembly;
  let inline: string | undefined;
  globalThis.URL = class extends URL {
    constructor(url: string | URL, base?: string | URL) {
      const isInline = typeof url === 'string' && url.startsWith(INLINE);
      super(isInline ? INLINE : url, base);
      if (isInline) Object.defineProperty(this, 'href', { value: url });
    }
  };
  globalThis.fetch = (input, init) => {
    if (typeof input !== 'string' || !input.startsWith(INLINE)) return fetch(input, init);
    inline = input;
    // a real one would have Node load its whole client
    return Promise.resolve({} as Response);
  };
  webAssembly.instantiateStreaming = async (source, imports) => {
    if (inline === undefined) return instantiateStreaming(source, imports);
    compiled ??= compile(Buffer.from(inline.slice(INLINE.length), 'base64'));
    return instantiate((await compiled).module, imports);
  };
  try {
    return await start();
  } finally {
    globalThis.fetch = fetch;
    globalThis.URL = URL;
    webAssembly.instantiateStreaming = instantiateStreaming;
  }
}

async function compile(bytes: Uint8Array): Promise<Compiled> {
  const cache = openCodeCache(bytes, cacheFolder(), nativeCode());
  return { module: cache.load() ?? (await webAssembly.compile(bytes)), cache };
}

async function instantiate(module: CompiledModule, imports: Imports) {
  let memory: { readonly buffer: ArrayBuffer } | undefined;
  const clock = new Clock(() => memory!.buffer);
  const own = Object.fromEntries(
    Object.entries(imports).map(([name, functions]) => [
      name,
      'clock_time_get' in functions ? { ...functions, clock_time_get: clock.read } : functions,
    ]),
  );
  const instance = await webAssembly.instantiate(module, own);
  memory = instance.exports['memory'] as { readonly buffer: ArrayBuffer };
  return { module, instance };
}

const REALTIME = 0;
/** Reads of the clock that one look at the real one serves: ngspice wants it for its statistics alone. */
const READS_PER_LOOK = 256;

/** `clock_time_get` of WASI, in nanoseconds; the monotonic one stands still for a few reads. */
class Clock {
  readonly #buffer: () => ArrayBuffer;
  #view = new Uint32Array(0);
  #reads = 0;
  #now = performance.now();

  constructor(buffer: () => ArrayBuffer) {
    this.#buffer = buffer;
  }

  readonly read = (id: number, _precision: bigint, pointer: number): number => {
    if (this.#view.length === 0) this.#view = new Uint32Array(this.#buffer());
    if (++this.#reads % READS_PER_LOOK === 0) this.#now = performance.now();
    const nanoseconds = Math.round((id === REALTIME ? Date.now() : this.#now) * 1e6);
    const at = pointer >>> 2;
    this.#view[at] = nanoseconds % 2 ** 32;
    this.#view[at + 1] = nanoseconds / 2 ** 32;
    return 0;
  };
}
