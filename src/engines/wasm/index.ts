import type { EngineKind } from '../../engine.ts';
import { WasmEngine } from './engine.ts';

export { WasmEngine } from './engine.ts';

const PACKAGE = 'eecircuit-engine';

/** ngspice in WebAssembly, from npm: the embedded default. */
export const wasm: EngineKind = {
  name: 'wasm',
  async find() {
    try {
      return { name: 'wasm', where: import.meta.resolve(PACKAGE), version: undefined };
    } catch {
      return undefined;
    }
  },
  open: () => WasmEngine.open(),
};
