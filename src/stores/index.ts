import { SpiceLabError } from '../errors/index.ts';
import type { Store } from '../store.ts';
import { file } from './file/index.ts';
import { http } from './http/index.ts';
import type { StoreKind } from './kind.ts';
import { kubernetes } from './kubernetes/index.ts';
import { s3 } from './s3/index.ts';

export { openFileStore } from './file/index.ts';
export type { StoreKind } from './kind.ts';

/** Every store; one folder and one line each. A location belongs to the first that holds it; folders come last. */
export const STORES: readonly StoreKind[] = [http, s3, kubernetes, file];

/** Whether a location is a folder of this machine, which other programs may look into as well. */
export const isFolder = (location: string): boolean => kindOf(location) === file;

const kindOf = (location: string): StoreKind | undefined =>
  STORES.find((candidate) => candidate.holds(location));

/** Where what belongs to a run goes: `runs/rc-search`; `s3://bucket/search` for a run that has the bucket to itself. */
export function beside(location: string, ending: string): string {
  const bare = location.replace(/(?<=[^/])\/+$/, '');
  return /^[a-z0-9+.-]+:\/\/[^/]+$/i.test(bare) ? `${bare}/${ending}` : `${bare}-${ending}`;
}

/**
 * Opens the store at a location: a folder, `s3://bucket/prefix`, `http://host:port/prefix`.
 * @throws SpiceLabError OPTION_INVALID for a location that no store knows
 */
export async function openStore(location: string): Promise<Store> {
  if (location.trim() === '')
    throw new SpiceLabError('OPTION_INVALID', 'the folder of the run has an empty name', {
      remedy: 'Name one, such as --out rc; a shell variable that is not set leaves nothing.',
    });
  const kind = kindOf(location);
  if (kind) return kind.open(location);
  throw new SpiceLabError('OPTION_INVALID', `nothing can be stored at '${location}'`, {
    remedy: `Give ${STORES.map(({ form }) => form).join(', or ')}.`,
  });
}
