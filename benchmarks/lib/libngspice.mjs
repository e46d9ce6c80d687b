import { existsSync } from 'node:fs';
import { firstMatch } from './machine.mjs';

/** The path of ngspice's shared library, by the environment or the loader's list. */
export function libraryPath() {
  const named = process.env['SPICELAB_LIBNGSPICE'];
  if (named && existsSync(named)) return named;
  const listed = firstMatch('/sbin/ldconfig', ['-p'], /libngspice\.so\S*\s.*=>\s*(\S+)/);
  return listed ?? ['/opt/homebrew/lib/libngspice.dylib', '/usr/local/lib/libngspice.dylib'].find(existsSync);
}

export const needsLibngspice = () =>
  libraryPath() === undefined ? 'libngspice is not found: name it by SPICELAB_LIBNGSPICE' : undefined;
