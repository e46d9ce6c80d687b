import { SpiceLabError } from '../errors/index.ts';
import type { PointTable, PointValue, Study, Vary } from './schema.ts';
import { extremesOf } from './spread.ts';

/** More tolerances than this make too many extremes; then the directed ones are taken. */
export const MOST_ALL_EXTREMES = 12;

/** At how many sigma a normal tolerance has its worst case where nobody says otherwise. */
const DEFAULT_AT = 3;

export interface WorstCaseOptions {
  /** Sigma at which an unlimited (normal, lognormal) distribution has its extremes; 3 by default. */
  readonly at?: number | undefined;
}

/**
 * The study at its nominal point (point 0) and at all 2^k combinations of its k tolerances' extremes, instead of random
 * draws. Bit v of point 1 + p is set where tolerance v is at its upper extreme.
 * A wildcard among the targets moves all of its matches together; expand it first where they should move apart.
 * @throws SpiceLabError STUDY_INVALID where nothing varies or k is above 12
 */
export function worstCaseStudy(study: Study, { at = DEFAULT_AT }: WorstCaseOptions = {}): Study {
  const { vary } = study;
  checkVary(vary, at);
  if (vary.length > MOST_ALL_EXTREMES)
    throw new SpiceLabError('STUDY_INVALID', `${vary.length} tolerances have 2^${vary.length} extremes`, {
      remedy: `Vary at most ${MOST_ALL_EXTREMES}, or take the extremes that a sensitivity run points to.`,
    });
  const spreads = vary.map(({ distribution }) => extremesOf(distribution, at));
  const points: PointValue[][] = [spreads.map((spread) => spread.nominal)];
  for (let p = 0; p < 2 ** vary.length; p++)
    points.push(spreads.map((spread, v) => ((p >> v) & 1 ? spread.high : spread.low)));
  return withPoints(study, { name: 'worst case', targets: targetsOf(vary), points });
}

/** Per measurement: the sign of its sensitivity to each tolerance, in the order of the study's `vary`. */
export type Signs = ReadonlyMap<string, readonly number[]>;

/** Where each measurement should be at its least and at its greatest. */
export interface DirectedPoint {
  readonly point: number;
  readonly measurement: string;
  readonly direction: 'least' | 'greatest';
}

/**
 * The study at its nominal point (point 0) and at the two points that the signs of a sensitivity run point to, per
 * measurement: every tolerance at the extreme that lowers it, then every one at the extreme that raises it. A tolerance
 * without influence stays nominal; points that coincide are simulated once.
 * @throws SpiceLabError STUDY_INVALID where nothing varies
 */
export function directedExtremes(
  study: Study,
  signs: Signs,
  { at = DEFAULT_AT }: WorstCaseOptions = {},
): { study: Study; points: readonly DirectedPoint[] } {
  checkVary(study.vary, at);
  const spreads = study.vary.map(({ distribution }) => extremesOf(distribution, at));
  const points: PointValue[][] = [spreads.map((spread) => spread.nominal)];
  const known = new Map<string, number>([[spreads.map(() => 0).join(), 0]]);
  const directed: DirectedPoint[] = [];
  for (const [measurement, signsOf] of signs)
    for (const direction of ['least', 'greatest'] as const) {
      const sides = spreads.map((_, v) => sideOf(signsOf[v], direction));
      const key = sides.join();
      let point = known.get(key);
      if (point === undefined) {
        point = points.length;
        known.set(key, point);
        points.push(spreads.map(({ low, nominal, high }, v) => [low, nominal, high][sides[v]! + 1]));
      }
      directed.push({ point, measurement, direction });
    }
  const table = { name: 'worst case', targets: targetsOf(study.vary), points };
  return { study: withPoints(study, table), points: directed };
}

/** -1, 0 or 1, never -0. */
const sideOf = (sign: number | undefined, direction: 'least' | 'greatest') => {
  const side = Number.isFinite(sign) ? Math.sign(sign!) : 0;
  return side === 0 ? 0 : direction === 'least' ? -side : side;
};

/** Points replace the draws: nothing is random any more. */
export const withPoints = (study: Study, points: PointTable): Study => ({
  ...study,
  vary: [],
  correlations: [],
  points,
  samples: 1,
});

export const targetsOf = (vary: readonly Vary[]): string[] => vary.map(({ target }) => target);

function checkVary(vary: readonly Vary[], at: number): void {
  if (vary.length === 0)
    throw new SpiceLabError('STUDY_INVALID', 'nothing has a tolerance', {
      remedy: 'Say what varies, such as --vary "R1=uniform(5%)".',
    });
  if (!(at > 0 && Number.isFinite(at)))
    throw new SpiceLabError('OPTION_INVALID', `a worst case at ${at} sigma`, {
      remedy: 'Give a number of sigma above 0, such as 3.',
    });
}
