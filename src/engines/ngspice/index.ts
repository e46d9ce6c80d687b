import type { Engine, EngineKind, EngineOptions } from '../../engine.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { NgspiceEngine } from './engine.ts';
import { findProgram, namedProgram, PROGRAM_VARIABLE, programVersion } from './find.ts';

/** The ngspice executable, one process per sample: the compatibility floor, and the baseline of benchmarks. */
export const ngspice: EngineKind = {
  name: 'ngspice',
  async find(options) {
    const path = findProgram(options);
    return path === undefined
      ? undefined
      : { name: 'ngspice', where: path, version: await programVersion(path) };
  },
  open,
};

async function open(options: EngineOptions): Promise<Engine> {
  const path = findProgram(options);
  const version = path === undefined ? undefined : await programVersion(path);
  if (path !== undefined && version !== undefined)
    return new NgspiceEngine(path, version, options.sampleSeconds);
  const named = namedProgram(options);
  throw new SpiceLabError(
    'ENGINE_MISSING',
    named ? `${named} is no ngspice that can be started` : 'ngspice is not installed',
    {
      remedy: named
        ? `Correct the path, or leave it out (unset ${PROGRAM_VARIABLE}) to take the one on the PATH.`
        : `Install it (apt-get install ngspice, brew install ngspice), or name it by ${PROGRAM_VARIABLE}, or use --engine wasm.`,
    },
  );
}
