import { SpiceLabError } from '../errors/index.ts';
import type { Store } from '../store.ts';
import { file } from './file/index.ts';
import type { StoreKind } from './kind.ts';

export { openFileStore } from './file/index.ts';
export type { StoreKind } from './kind.ts';

/** Every store; one folder and one line each. A location belongs to the first that holds it; folders come last. */
export const STORES: readonly StoreKind[] = [file];

/**
 * Opens the store at a location: a folder.
 * @throws SpiceLabError OPTION_INVALID for a location that no store knows
 */
export async function openStore(location: string): Promise<Store> {
  if (location.trim() === '')
    throw new SpiceLabError('OPTION_INVALID', 'the folder of the run has an empty name', {
      remedy: 'Name one, such as --out rc; a shell variable that is not set leaves nothing.',
    });
  const kind = STORES.find((candidate) => candidate.holds(location));
  if (kind) return kind.open(location);
  throw new SpiceLabError('OPTION_INVALID', `nothing can be stored at '${location}'`, {
    remedy: `Give the path of a folder. The stores are: ${STORES.map(({ name }) => name).join(', ')}.`,
  });
}
