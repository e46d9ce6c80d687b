import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import type { EngineOptions } from '../../engine.ts';
import { fromLoaderCache, usualPlaces } from './places.ts';

/** Names the library to use, over every usual place. */
export const LIBRARY_VARIABLE = 'SPICELAB_LIBNGSPICE';

/** The library's path: the option's, the environment's (neither falls back on another), or the first usual place. */
export async function findLibrary(options: EngineOptions): Promise<string | undefined> {
  const named = options.path ?? process.env[LIBRARY_VARIABLE];
  if (named) return isFile(named) ? named : undefined;
  const { platform, arch, env } = process;
  const usual = usualPlaces({ platform, arch, env, home: homedir() }).find(isFile);
  if (usual !== undefined || platform !== 'linux') return usual;
  const known = await loaderCache();
  return known !== undefined && isFile(known) ? known : undefined;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

async function loaderCache(): Promise<string | undefined> {
  for (const program of ['/sbin/ldconfig', 'ldconfig'])
    try {
      const { stdout } = await promisify(execFile)(program, ['-p'], { timeout: 5000 });
      return fromLoaderCache(stdout);
    } catch {
      // not there, or not allowed: the next
    }
  return undefined;
}
