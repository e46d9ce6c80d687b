import { SpiceLabError } from '../errors/index.ts';
import { assetPath } from '../report/asset.ts';
import {
  isStudyFile,
  type LoadedStudy,
  loadStudyFile,
  type StudyFlags,
  type StudyKind,
  studyFromFlags,
} from '../study/index.ts';
import type { RunFlags } from './commands/simulate.ts';

/** A study, and the flags of its run with what its file says where the command line says nothing. */
export interface StudyArgument<Flags> extends Pick<LoadedStudy, 'study'> {
  readonly flags: Flags;
}

/** Flags that say what a study is; a study file says it itself. */
const STUDY_FLAGS: readonly (keyof StudyFlags)[] = [
  'title',
  'vary',
  'tie',
  'sweep',
  'zip',
  'corner',
  'measure',
  'spec',
  'analysis',
  'save',
  'correlate',
  'samples',
  'seed',
  'sampling',
  'replicates',
  'highSigma',
  'trustDeck',
];

/**
 * What a command is about: a deck with flags, or a study file.
 * @throws SpiceLabError as `readStudy`; OPTION_INVALID for a flag that the study file must say
 */
export async function studyArgument<Flags extends StudyFlags & RunFlags>(
  kind: StudyKind,
  path: string,
  flags: Flags,
): Promise<StudyArgument<Flags>> {
  if (!isStudyFile(path)) return { study: studyFromFlags(kind, path, flags), flags };
  const given = STUDY_FLAGS.find((name) => flags[name] !== undefined);
  if (given)
    throw new SpiceLabError('OPTION_INVALID', `--${dashed(given)} does not go with a study file`, {
      remedy: `Say it in ${path}, or give the deck instead of the file.`,
    });
  return studyFile(path, flags);
}

/** @throws SpiceLabError as `loadStudyFile` */
export async function studyFile<Flags extends RunFlags>(
  path: string,
  flags: Flags,
): Promise<StudyArgument<Flags>> {
  const { study, run } = await loadStudyFile(path, { library: assetPath('index.mjs') });
  return { study, flags: { ...run, until: run.until[0], ...flags } };
}

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
