import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SpiceLabError } from '../../errors/index.ts';

const NAME = 'worker.mjs';

/**
 * The worker that came with this installation: beside the file that this code was built into, or above it (shared chunks),
 * or in `dist` of a checkout whose sources run unbuilt.
 * @throws SpiceLabError BACKEND_FAILED when there is none
 */
export function workerFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const candidate of [join(folder, NAME), join(folder, 'dist', NAME)])
      if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw new SpiceLabError('BACKEND_FAILED', `${NAME} is not part of this installation`, {
    remedy: 'Run `npm run build` in a checkout, or install spicelab again.',
  });
}
