import { SpiceLabError } from '../errors/index.ts';
import type { StudyContext } from './context.ts';
import { fileContext } from './file.ts';
import type { StudyInput } from './input.ts';
import { readStudy } from './read.ts';
import type { Study } from './schema.ts';
import { saysWhichVary, withDefault } from './statistics.ts';

/** The questions that a study may ask. */
export type StudyKind = 'mc' | 'sweep' | 'worst-case' | 'sensitivity' | 'tune';

/** Draws of a Monte Carlo whose study gives no number: the deck itself may vary. */
const MONTE_CARLO_SAMPLES = 1000;

/**
 * A study from the same input as a study file. Paths are relative to `folder`, the current one by default.
 * @throws SpiceLabError as `readStudy`
 */
export const study = (input: StudyInput, folder = '.', placeOf?: PlaceOf): Study =>
  readStudy(input, { ...fileContext(folder), placeOf });

/** Where the user wrote a key, for messages. */
type PlaceOf = StudyContext['placeOf'];

/** A Monte Carlo: `vary`, and statistical calls of the deck. 1000 samples by default. @throws SpiceLabError as `study` */
export function monteCarlo(input: StudyInput, folder = '.', placeOf?: PlaceOf): Study {
  return drawing(input, study({ ...input, samples: input.samples ?? MONTE_CARLO_SAMPLES }, folder, placeOf));
}

/** One sample of a Monte Carlo is a draw too, so that more of them can be added. */
const drawing = (input: StudyInput, made: Study): Study =>
  saysWhichVary(input) ? made : { ...made, statistics: withDefault({ ...made.statistics, vary: [] }, true) };

/** A sweep over `sweep`, `corners` or both. @throws SpiceLabError as `study`, STUDY_INVALID where there is neither */
export function sweep(input: StudyInput, folder = '.', placeOf?: PlaceOf): Study {
  const made = study(input, folder, placeOf);
  if (made.sweep.length > 0 || made.corners.length > 0) return made;
  throw new SpiceLabError('STUDY_INVALID', 'there is nothing to sweep', {
    remedy: 'Say what to sweep, such as R1=lin(1k, 2k, 11), or give corners.',
  });
}

/** A study at each of its `corners`. @throws SpiceLabError as `study`, STUDY_INVALID where there are none */
export function corners(input: StudyInput, folder = '.', placeOf?: PlaceOf): Study {
  const made = study(input, folder, placeOf);
  if (made.corners.length > 0) return made;
  throw new SpiceLabError('STUDY_INVALID', 'there are no corners', {
    remedy: 'Give corners such as { ff: "lib=ff, temp=-40, VDD=1.98" }.',
  });
}

/**
 * A study whose tolerances matter, for `worstCaseStudy` and `sensitivityStudy`: those of `vary`, and the deck's own.
 * @throws SpiceLabError as `study`
 */
export function tolerances(input: StudyInput, folder = '.', placeOf?: PlaceOf): Study {
  const made = drawing(input, study(input, folder, placeOf));
  if (made.vary.length > 0 || !made.statistics.vary.includes('none')) return made;
  throw new SpiceLabError('STUDY_INVALID', 'nothing has a tolerance', {
    remedy: 'Say what varies, such as R1=uniform(5%).',
  });
}

/**
 * Which design is best: `design` variables, `minimize` or `maximize`, `constraints`; with `vary`, or a deck that draws, each
 * design is a Monte Carlo. @throws SpiceLabError as `study`, STUDY_INVALID where there is nothing to choose or to aim at
 */
export function optimize(input: StudyInput, folder = '.', placeOf?: PlaceOf): Study {
  const made = study(input, folder, placeOf);
  if (made.tuning) return made;
  throw new SpiceLabError('STUDY_INVALID', 'there is nothing to choose', {
    remedy: 'Say what may be chosen and what for, such as design R1=log(1k, 100k) and minimize mean(power).',
  });
}
