import { findEngines } from '../engines/index.ts';

/** Prints the names of the engines that are found here, as JSON, most wanted first. */
export async function listEngines(): Promise<void> {
  const engines = await findEngines();
  const found = engines.filter((engine) => engine.found !== undefined).map(({ kind }) => kind.name);
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
