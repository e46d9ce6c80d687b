import { readFileSync } from 'node:fs';
import type { Koffi } from './library.ts';

/**
 * ngspice reads the clock six times at every point of an analysis, for statistics that nobody asks for: a fifth of a small
 * .ac. It reads it through the table of addresses that the loader has filled for the library (its procedure linkage
 * table), and there the address of `ftime` is exchanged for that of a function that does nothing (adr 31).
 * @param path of the library, which is loaded
 * @returns whether the clock stands still: not where there is another system, loader or clock than this knows
 */
export function stillClock(koffi: Koffi, path: string): boolean {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return false;
  try {
    const native = bind(koffi);
    const clock = native.symbol(null, CLOCK);
    const nothing = native.symbol(null, NOTHING);
    const slot = clock !== null && nothing !== null ? findSlot(koffi, native, path) : undefined;
    // whatever else stands there is left as it is
    if (slot === undefined || readAddress(koffi, slot) !== clock) return false;
    return overwrite(koffi, native, slot, nothing as bigint);
  } catch {
    return false;
  }
}

const CLOCK = 'ftime';
/** A function of the C library that leaves what it is given alone: `ftime` would fill a structure, and its answer is not read. */
const NOTHING = 'abs';

type Native = (...args: unknown[]) => unknown;
type Bound = ReturnType<typeof bind>;

function bind(koffi: Koffi) {
  const system = koffi.load(null);
  const dlsym = system.func('dlsym', 'void *', ['void *', 'str']) as Native;
  return {
    symbol: (handle: bigint | null, name: string) => dlsym(handle, name) as bigint | null,
    open: system.func('dlopen', 'void *', ['str', 'int']) as Native,
    close: system.func('dlclose', 'int', ['void *']) as Native,
    info: system.func('dlinfo', 'int', ['void *', 'int', 'void *']) as Native,
    protect: system.func('mprotect', 'int', ['void *', 'size_t', 'int']) as Native,
    copy: system.func('memcpy', 'void *', ['void *', 'void *', 'size_t']) as Native,
  };
}

/** <dlfcn.h> and <sys/mman.h> of Linux. */
const NOW_AND_LOADED = 2 | 4;
const LINK_MAP = 2;
const READ = 1;
const READ_WRITE = 3;

/** Where the library keeps the address of the clock. Layouts are those of the System V ABI for 64 bits. */
function findSlot(koffi: Koffi, native: Bound, path: string): bigint | undefined {
  const handle = native.open(path, NOW_AND_LOADED) as bigint | null;
  if (handle === null) return undefined;
  const map = new BigUint64Array(1);
  const failed = native.info(handle, LINK_MAP, map);
  // counted down again: the library stays for as long as it was loaded before
  native.close(handle);
  if (failed !== 0) return undefined;
  const base = readAddress(koffi, map[0]!);
  const dynamic = readDynamic(koffi, readAddress(koffi, map[0]! + 16n));
  const [strings, symbols, entries, bytes] = [5n, 6n, 23n, 2n].map((tag) => dynamic.get(tag));
  if (strings === undefined || symbols === undefined || entries === undefined || bytes === undefined)
    return undefined;
  if (dynamic.get(20n) !== RELA) return undefined;
  const table = new DataView(koffi.view(entries, Number(bytes)));
  for (let at = 0; at + 24 <= table.byteLength; at += 24) {
    const symbol = new DataView(koffi.view(symbols + 24n * BigInt(table.getUint32(at + 12, true)), 24));
    const name = koffi.decode.string(strings + BigInt(symbol.getUint32(0, true)));
    if (name === CLOCK) return base + table.getBigUint64(at, true);
  }
  return undefined;
}

const RELA = 7n;
const MOST_ENTRIES = 200;

/** Tag -> value or address. */
function readDynamic(koffi: Koffi, start: bigint): Map<bigint, bigint> {
  const found = new Map<bigint, bigint>();
  for (let k = 0; k < MOST_ENTRIES; k++) {
    const entry = new BigUint64Array(koffi.view(start + BigInt(16 * k), 16));
    if (entry[0] === 0n) break;
    found.set(entry[0]!, entry[1]!);
  }
  return found;
}

const readAddress = (koffi: Koffi, at: bigint): bigint => new BigUint64Array(koffi.view(at, 8))[0]!;

/** Most libraries have that table made read-only once it is filled; it is so again afterwards. */
function overwrite(koffi: Koffi, native: Bound, slot: bigint, address: bigint): boolean {
  const page = slot & ~4095n;
  const isReadOnly = protectionAt(slot).startsWith('r--');
  if (isReadOnly && native.protect(page, 4096, READ_WRITE) !== 0) return false;
  native.copy(slot, BigUint64Array.of(address), 8);
  if (isReadOnly) native.protect(page, 4096, READ);
  return readAddress(koffi, slot) === address;
}

/** Such as `rw-p`. */
function protectionAt(address: bigint): string {
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const [, start, end, protection] = /^([\da-f]+)-([\da-f]+) (\S+)/.exec(line) ?? [];
    if (start && end && protection && BigInt(`0x${start}`) <= address && address < BigInt(`0x${end}`))
      return protection;
  }
  throw new Error('no such memory');
}
