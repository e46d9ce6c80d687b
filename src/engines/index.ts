import type { EngineFound, EngineKind, EngineOptions } from '../engine.ts';
import { nearestNames, SpiceLabError } from '../errors/index.ts';
import { formula } from './formula/index.ts';
import { libngspice } from './libngspice/index.ts';
import { ngspice } from './ngspice/index.ts';
import { wasm } from './wasm/index.ts';

/** Those that take decks, most wanted first: what a study uses when nobody says. A new one is a folder and its name here. */
const SIMULATORS: readonly EngineKind[] = [libngspice, wasm, ngspice];

/** Every engine; what is named here alone is used only where it is asked for. */
export const ENGINES: readonly EngineKind[] = [...SIMULATORS, formula];

/** What each engine says of this installation, in order of preference; `found` is undefined where it is not installed. */
export async function findEngines(
  options: EngineOptions = {},
): Promise<{ readonly kind: EngineKind; readonly found: EngineFound | undefined }[]> {
  return Promise.all(ENGINES.map(async (kind) => ({ kind, found: await kind.find(options) })));
}

/**
 * The engine of that name, or without one the first simulator that is installed.
 * @throws SpiceLabError ENGINE_UNKNOWN with the nearest names, ENGINE_MISSING when there is none at all
 */
export async function chooseEngine(name?: string, options: EngineOptions = {}): Promise<EngineKind> {
  if (name !== undefined) return engineNamed(name);
  for (const kind of SIMULATORS) if (await kind.find(options)) return kind;
  throw new SpiceLabError('ENGINE_MISSING', 'there is no simulator', {
    remedy: 'Run npm install again (it brings the embedded one), or install libngspice.',
  });
}

function engineNamed(name: string): EngineKind {
  const kind = ENGINES.find((candidate) => candidate.name === name);
  if (kind) return kind;
  const names = ENGINES.map((candidate) => candidate.name);
  const near = nearestNames(name, names);
  throw new SpiceLabError('ENGINE_UNKNOWN', `there is no engine '${name}'`, {
    remedy: `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}The engines are ${names.join(', ')}.`,
  });
}
