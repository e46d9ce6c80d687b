import type { Place } from '../errors/index.ts';
import { monteCarlo, optimize, type StudyKind, sweep, tolerances } from './build.ts';
import type { StudyInput } from './input.ts';
import type { Study } from './schema.ts';
import { designFromText } from './tuning.ts';

/** The flags of the command line that say what a study is; texts as typed. */
export interface StudyFlags {
  readonly title?: string | undefined;
  readonly vary?: readonly string[] | undefined;
  readonly tie?: readonly string[] | undefined;
  readonly sweep?: readonly string[] | undefined;
  readonly zip?: readonly string[] | undefined;
  readonly corner?: readonly string[] | undefined;
  readonly measure?: readonly string[] | undefined;
  readonly spec?: readonly string[] | undefined;
  readonly analysis?: readonly string[] | undefined;
  readonly save?: readonly string[] | undefined;
  readonly correlate?: readonly string[] | undefined;
  readonly samples?: string | number | undefined;
  readonly seed?: string | number | undefined;
  readonly sampling?: string | undefined;
  readonly replicates?: string | number | undefined;
  readonly highSigma?: string | number | undefined;
  readonly trustDeck?: boolean | undefined;
  readonly design?: readonly string[] | undefined;
  readonly minimize?: readonly string[] | undefined;
  readonly maximize?: readonly string[] | undefined;
  readonly constraint?: readonly string[] | undefined;
  readonly budget?: string | number | undefined;
  readonly sampler?: string | undefined;
  readonly start?: readonly string[] | undefined;
  readonly atOnce?: string | number | undefined;
  readonly first?: string | number | undefined;
  readonly factor?: string | number | undefined;
  readonly earlyStopping?: boolean | undefined;
  readonly confirm?: string | number | undefined;
}

const BUILDERS: Readonly<Record<StudyKind, typeof monteCarlo>> = {
  mc: monteCarlo,
  sweep,
  'worst-case': tolerances,
  sensitivity: tolerances,
  tune: optimize,
};

/**
 * The study that flags describe: the same as from a file or the library. Paths are relative to the current folder.
 * @throws SpiceLabError as `readStudy`
 */
export const studyFromFlags = (kind: StudyKind, deckPath: string, flags: StudyFlags): Study =>
  BUILDERS[kind](inputFromFlags(deckPath, flags), '.', (path) => placeOfFlag(path, flags));

/** Keys of a study whose flag has another name. */
const FLAG_NAMES: Readonly<Record<string, string>> = {
  corners: 'corner',
  analyses: 'analysis',
  specs: 'spec',
  constraints: 'constraint',
};

/** The flag that said it, as it was typed: the third `--vary` of ten is hard to find otherwise. */
function placeOfFlag(path: readonly PropertyKey[], flags: StudyFlags): Place | undefined {
  const [key, index] = path[0] === 'statistics' || path[0] === 'tune' ? path.slice(1) : path;
  const name = FLAG_NAMES[String(key)] ?? String(key);
  const typed = flags[name as keyof StudyFlags];
  if (typeof index === 'number' && Array.isArray(typed)) return { file: `--${name} "${typed[index]}"` };
  return typed === undefined || Array.isArray(typed) ? undefined : { file: `--${name}` };
}

/** The flags as a study file would say them. */
export function inputFromFlags(deckPath: string, flags: StudyFlags): StudyInput {
  const list = (texts: readonly string[] | undefined) => (texts?.length ? [...texts] : undefined);
  return {
    title: flags.title,
    deck: deckPath,
    vary: list(flags.vary),
    statistics: flags.tie?.length ? { tie: [...flags.tie] } : undefined,
    correlate: list(flags.correlate),
    sweep: list(flags.sweep),
    zip: list(flags.zip),
    corners: list(flags.corner),
    analyses: list(flags.analysis),
    measure: list(flags.measure),
    specs: list(flags.spec),
    save: list(flags.save),
    samples: flags.samples,
    seed: flags.seed,
    sampling: flags.sampling,
    replicates: flags.replicates,
    highSigma: flags.highSigma,
    trustDeck: flags.trustDeck,
    design: list(flags.design),
    minimize: list(flags.minimize),
    maximize: list(flags.maximize),
    constraints: list(flags.constraint),
    tune: tuneFromFlags(flags),
  };
}

/** Which flags say how designs are searched; absent where none does. */
function tuneFromFlags(flags: StudyFlags): StudyInput['tune'] {
  const { budget, sampler, atOnce, first, factor, confirm } = flags;
  const start = flags.start?.map(designFromText);
  // the command line knows the flag as true where it is not given
  const earlyStopping = flags.earlyStopping === false ? false : undefined;
  const tune = { budget, sampler, start, atOnce, first, factor, earlyStopping, confirm };
  return Object.values(tune).some((value) => value !== undefined) ? tune : undefined;
}
