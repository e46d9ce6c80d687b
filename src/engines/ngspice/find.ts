import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineOptions } from '../../engine.ts';

/** Names the executable to use, over the one on the PATH. */
export const PROGRAM_VARIABLE = 'SPICELAB_NGSPICE';

/** The program that options or environment name, whether it is there or not. */
export const namedProgram = (options: EngineOptions): string | undefined =>
  options.path ?? process.env[PROGRAM_VARIABLE];

/** The executable's path: the option's, the environment's (neither falls back on another), or the first on the PATH. */
export function findProgram(options: EngineOptions): string | undefined {
  const named = namedProgram(options);
  if (named) return isExecutable(named) ? named : undefined;
  const names = process.platform === 'win32' ? ['ngspice_con.exe', 'ngspice.exe'] : ['ngspice'];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

/** What `--version` says: `39`; `undefined` when it is no ngspice. */
export async function programVersion(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    return /ngspice-(\d[\w.]*)/i.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
