import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineKind } from '../engine.ts';
import { chooseEngine } from '../engines/index.ts';
import { SpiceLabError } from '../errors/index.ts';

/** An engine's name that is a file: an ES module that exports `engine`, an `EngineKind`. */
const isModule = (name: string): boolean => /\.m?js$/.test(name);

/**
 * The engine of a name: one of SpiceLab's own, or that of a module (`./my-engine.mjs`).
 * @throws SpiceLabError ENGINE_UNKNOWN with the nearest names, ENGINE_MISSING for a module that exports none
 */
export async function findEngine(name: string): Promise<EngineKind> {
  return isModule(name) ? importEngine(name) : chooseEngine(name);
}

async function importEngine(file: string): Promise<EngineKind> {
  const remedy = `Let the module export 'engine' with a name, 'find' and 'open'.`;
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SpiceLabError('ENGINE_MISSING', `the engine module ${file} cannot be loaded: ${why}`, {
      remedy,
      cause,
    });
  }
  const { engine } = module;
  if (isEngineKind(engine)) return engine;
  throw new SpiceLabError('ENGINE_MISSING', `the module ${file} exports no engine`, { remedy });
}

function isEngineKind(value: unknown): value is EngineKind {
  return typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function';
}
