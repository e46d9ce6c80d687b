import { SpiceLabError } from '../errors/index.ts';
import { assetPath } from '../report/asset.ts';
import {
  isStudyFile,
  type LoadedStudy,
  loadStudyFile,
  readSampler,
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
  'design',
  'minimize',
  'maximize',
  'constraint',
  'start',
  'first',
  'factor',
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

/** What the command line may say of a search otherwise than its study file. */
const TUNE_FLAGS = ['budget', 'sampler', 'seed', 'samples', 'atOnce', 'confirm'] as const;

/**
 * What is to be tuned: a deck with flags, or a study file whose budget, sampler and draws the flags may say otherwise.
 * @throws SpiceLabError as `studyArgument`
 */
export async function tuneArgument<Flags extends StudyFlags & RunFlags>(
  path: string,
  flags: Flags,
): Promise<StudyArgument<Flags>> {
  if (!isStudyFile(path)) return studyArgument('tune', path, flags);
  const said = Object.fromEntries(
    Object.entries(flags).filter(([name]) => !TUNE_FLAGS.includes(name as never)),
  );
  const asked = await studyArgument('tune', path, said as Flags);
  const { study } = asked;
  const count = (value: string | number | undefined) => (value === undefined ? undefined : Number(value));
  return {
    ...asked,
    study: {
      ...study,
      samples: count(flags.samples) ?? study.samples,
      sampling: { ...study.sampling, seed: count(flags.seed) ?? study.sampling.seed },
      tuning: study.tuning && {
        ...study.tuning,
        budget: count(flags.budget) ?? study.tuning.budget,
        sampler:
          flags.sampler === undefined
            ? study.tuning.sampler
            : readSampler(flags.sampler, study.tuning.objectives),
        atOnce: count(flags.atOnce) ?? study.tuning.atOnce,
        confirm: count(flags.confirm) ?? study.tuning.confirm,
      },
    },
  };
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
