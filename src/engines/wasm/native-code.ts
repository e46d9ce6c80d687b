import v8 from 'node:v8';
import type { CompiledModule } from './web-assembly.ts';

/** V8's own way to take the machine code of a WebAssembly along, as browsers do. */
export interface NativeCode {
  /** @param module one of which V8 has optimised something: V8 ends the process otherwise */
  serialize(module: CompiledModule): ArrayBuffer;
  /** `undefined` where another V8, another processor or other flags made the code. Believes what it is given. */
  deserialize(code: ArrayBuffer, bytes: Uint8Array): CompiledModule | undefined;
}

/**
 * Node has no name for these two functions of V8's, which are for its tests; they are reached by its syntax for those. They are
 * the same in Node 20, 22 and 24. `undefined` where there are none.
 */
export function nativeCode(): NativeCode | undefined {
  try {
    v8.setFlagsFromString('--allow-natives-syntax');
    return {
      serialize: new Function('module', 'return %SerializeWasmModule(module)') as NativeCode['serialize'],
      deserialize: new Function(
        'code',
        'bytes',
        'return %DeserializeWasmModule(code, bytes)',
      ) as NativeCode['deserialize'],
    };
  } catch {
    return undefined;
  } finally {
    v8.setFlagsFromString('--no-allow-natives-syntax');
  }
}
