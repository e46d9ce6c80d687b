import { type Place, SpiceLabError } from '../errors/index.ts';

/** What surrounds a study as it is read. */
export interface StudyContext {
  /** Folder that the paths of the study are relative to; as typed, so that messages stay short. */
  readonly folder: string;
  /** Text of a file. @throws SpiceLabError FILE_FAILED */
  readonly readText: (path: string) => string;
  /** Where a key of the study stands in the user's file. */
  readonly placeOf?: ((path: readonly PropertyKey[]) => Place | undefined) | undefined;
}

/** Runs `read` and gives the place of `path` to an error that has none. */
export function placed<T>(context: StudyContext, path: readonly PropertyKey[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SpiceLabError) || error.place) throw error;
    const place = context.placeOf?.(path);
    if (!place) throw error;
    throw new SpiceLabError(error.code, error.message, { place, remedy: error.remedy, cause: error.cause });
  }
}
