import type { Engine, EngineKind, EngineOptions } from '../../engine.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { LibngspiceEngine } from './engine.ts';
import { findLibrary, LIBRARY_VARIABLE } from './find.ts';
import { type Koffi, openLibrary } from './library.ts';

/** ngspice as a shared library in this process, through the optional package koffi: the fastest engine. */
export const libngspice: EngineKind = {
  name: 'libngspice',
  async find(options) {
    const path = await findLibrary(options);
    if (path === undefined || !(await importKoffi())) return undefined;
    return { name: 'libngspice', where: path, version: undefined };
  },
  open,
};

async function open(options: EngineOptions): Promise<Engine> {
  const path = await findLibrary(options);
  if (path === undefined) {
    const named = options.path ?? process.env[LIBRARY_VARIABLE];
    throw new SpiceLabError(
      'ENGINE_MISSING',
      named ? `there is no library ${named}` : 'libngspice is not installed',
      {
        remedy: named
          ? `Correct the path, or leave it out (unset ${LIBRARY_VARIABLE}) to look in the usual places.`
          : `${INSTALL} Or name its file by ${LIBRARY_VARIABLE}, or use --engine wasm, which needs nothing.`,
      },
    );
  }
  const koffi = await importKoffi();
  if (!koffi)
    throw new SpiceLabError(
      'ENGINE_MISSING',
      'libngspice needs the npm package koffi, which is not installed',
      {
        remedy: 'Install it with: npm install koffi. Or use --engine wasm, which needs nothing.',
      },
    );
  return new LibngspiceEngine(() => openLibrary(koffi, path));
}

const INSTALL =
  process.platform === 'darwin'
    ? 'Install it with: brew install libngspice.'
    : process.platform === 'win32'
      ? 'Get ngspice.dll from the ngspice project (Spice64_dll).'
      : "Install it with: apt-get install libngspice0 (Debian, Ubuntu) or your system's package.";

async function importKoffi(): Promise<Koffi | undefined> {
  try {
    const koffi = await import('koffi');
    deepenStack(koffi);
    return koffi;
  } catch {
    return undefined;
  }
}

/** ngspice descends deeply into models and expressions. */
function deepenStack(koffi: Koffi): void {
  try {
    koffi.config({ sync_stack_size: 8 << 20 });
  } catch {
    // it is in use already, with the depth of the first time
  }
}
