import type { Vector } from '../../waveform/index.ts';
import type { Koffi } from './library.ts';

/** Reads vectors into arrays that are used again as long as the length stays the same. */
export interface VectorReader {
  /**
   * A copy of the vector of this name in the current plot (or `plot.name`), in `reuse`'s arrays where they fit;
   * `undefined` when there is none.
   */
  read(name: string, reuse: Vector | undefined): Vector | undefined;
  /** A number; NaN when there is no such vector. */
  readNumber(name: string): number;
  /** Names of a plot's vectors. */
  names(plot: string): string[];
}

/** Looked up after the current plot: a node named `c` that is not there would read as the speed of light. */
const CONSTANTS = new Set(
  'planck boltz echarge kelvin i c e pi false no true yes'.split(' ').flatMap((name) => [name, `v(${name})`]),
);

/** Offsets within ngspice's `struct vector_info` on 64-bit machines (sharedspice.h). */
const TYPE = 8;
const REAL = 16;
const COMPLEX = 24;
const LENGTH = 32;
const INFO_BYTES = 40;

type Native = (...args: unknown[]) => unknown;

export function createVectorReader(koffi: Koffi, vectorInfo: Native, vectorNames: Native): VectorReader {
  // the loader finds it in the process itself, but for Windows
  const system = koffi.load(process.platform === 'win32' ? 'ucrtbase.dll' : null);
  const copy = system.func('memcpy', 'void *', ['void *', 'void *', 'size_t']);
  let address: bigint | undefined;
  let info = new DataView(new ArrayBuffer(INFO_BYTES));
  let pairs = new Float64Array(0);

  const find = (name: string): boolean => {
    const found = vectorInfo(name) as bigint | null;
    if (found === null) return false;
    if (found !== address) {
      // ngspice answers in one and the same structure
      info = new DataView(koffi.view(found, INFO_BYTES));
      address = found;
    }
    return !isConstant(name, info.getInt32(TYPE, true));
  };

  return {
    read(name, reuse) {
      if (!find(name)) return undefined;
      const length = info.getInt32(LENGTH, true);
      const complex = info.getBigUint64(COMPLEX, true);
      if (complex === 0n) {
        const target = fitting(reuse, length, false);
        copy(target.re, info.getBigUint64(REAL, true), length * 8);
        return target;
      }
      if (pairs.length < length * 2) pairs = new Float64Array(length * 2);
      copy(pairs, complex, length * 16);
      const target = fitting(reuse, length, true);
      const { re } = target;
      const im = target.im!;
      for (let k = 0; k < length; k++) {
        re[k] = pairs[2 * k]!;
        im[k] = pairs[2 * k + 1]!;
      }
      return target;
    },
    readNumber(name) {
      if (!find(name) || info.getInt32(LENGTH, true) < 1) return Number.NaN;
      const real = info.getBigUint64(REAL, true);
      const address = real === 0n ? info.getBigUint64(COMPLEX, true) : real;
      return address === 0n ? Number.NaN : koffi.decode.double(address);
    },
    names(plot) {
      const list = vectorNames(plot) as bigint | null;
      const names: string[] = [];
      if (list === null) return names;
      for (let k = 0; ; k++) {
        const name = koffi.decode(list, k * 8, 'void *') as bigint | null;
        if (name === null) return names;
        names.push(koffi.decode.string(name));
      }
    },
  };
}

/** A constant has no type; a node's voltage has one. */
function isConstant(name: string, type: number): boolean {
  return type === 0 && CONSTANTS.has(name.slice(name.indexOf('.') + 1).toLowerCase());
}

function fitting(reuse: Vector | undefined, length: number, complex: boolean): Vector {
  if (reuse && reuse.re.length === length && (reuse.im !== undefined) === complex) return reuse;
  return complex
    ? { re: new Float64Array(length), im: new Float64Array(length) }
    : { re: new Float64Array(length) };
}
