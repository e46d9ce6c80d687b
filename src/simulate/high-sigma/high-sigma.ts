import { compileStudy } from '../../compile/index.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { type Plan, planDocument, scoreSpace } from '../../plan/index.ts';
import { pointCount } from '../../report/axes.ts';
import type { Results } from '../../run/index.ts';
import { beside } from '../../stores/index.ts';
import type { Study } from '../../study/index.ts';
import { defaultLocation, type SimulateOptions, type Simulation, startPlan } from '../simulate.ts';
import type { FollowStage } from '../tolerances.ts';
import { drawsWithin, importancePlan, planAtScores } from './plans.ts';
import { reachOf, type SearchResult, type Side } from './question.ts';
import { searchFailures } from './search.ts';
import type { Scores } from './surface.ts';

export interface HighSigmaAnswer {
  /** Sigmas up to which failures were searched. */
  readonly reach: number;
  /** Specs whose limit was not met within that. */
  readonly unreached: readonly string[];
  /** Simulations of the search. */
  readonly searched: number;
  /** The run that the estimate is from, with its answer; absent where no failure was found, or a stage was interrupted. */
  readonly simulation?: Simulation | undefined;
  readonly interrupted: boolean;
}

/** Sigma level of a study that names none: a failure in three million. */
const DEFAULT_LEVEL = 5;

/** Fewest draws that an estimate is made from, however much of the budget the search took. */
const FEWEST_DRAWS = 256;

/** Thrown out of the search when a stage was interrupted. */
const INTERRUPTED = Symbol('interrupted');

/**
 * The probability of failures too rare for plain sampling, by importance sampling: a search for the most probable points
 * of failure (runs `OUT-explore`, `OUT-search-1`, …) up to 1.5 sigma beyond the study's `highSigma`, then a run whose
 * draws are shifted there (`OUT`). The study's samples are all simulations together. The same call again reuses every
 * stage that is there.
 * @throws SpiceLabError STUDY_INVALID where there is no spec, nothing varies, or the nominal circuit fails already;
 * OPTION_INVALID for Latin hypercubes or a stopping rule; and as `simulate`
 */
export async function highSigma(
  study: Study,
  options: SimulateOptions = {},
  follow: FollowStage = () => undefined,
): Promise<HighSigmaAnswer> {
  const level = study.highSigma ?? DEFAULT_LEVEL;
  const { plan, warnings } = await compileStudy(study);
  for (const notice of warnings) options.onNotice?.(notice);
  const base = plan.sampling.method === 'lhs' ? undefined : plan.sampling;
  checkQuestion(plan, options.until);
  if (!base)
    throw new SpiceLabError('OPTION_INVALID', 'Latin hypercubes do not go with --high-sigma', {
      remedy: 'Take --sampling sobol or --sampling random.',
    });
  const location = options.out ?? `${defaultLocation(plan.title, planDocument(plan).id)}-${level}-sigma`;
  let spawned = options.spawned;
  const run = async (staged: Plan, samples: number, out: string): Promise<Simulation> => {
    const handle = await startPlan(staged, samples, { ...options, spawned, out });
    // Workers that were started ahead serve the first stage and end with it.
    spawned = undefined;
    follow(handle);
    return handle.finished;
  };
  const reach = reachOf(level);
  try {
    const found = await search(plan, level, async (points, stage) => {
      const simulation = await run(planAtScores(plan, points), 1, beside(location, stage));
      if (simulation.outcome.kind !== 'complete') throw INTERRUPTED;
      return simulation.results;
    });
    const unreached = [...new Set(found.unreached.map(({ spec }) => spec))];
    const answer = { reach, unreached, searched: found.simulations, interrupted: false };
    if (found.regions.length === 0) return answer;
    const replicates = base.method === 'sobol' ? base.replicates : 0;
    const left = study.samples - found.simulations;
    if (left < FEWEST_DRAWS)
      options.onNotice?.({
        message: `the search took ${found.simulations} simulations of ${study.samples}; ${FEWEST_DRAWS} more are drawn all the same`,
      });
    const draws = drawsWithin(Math.max(left, FEWEST_DRAWS), replicates);
    const shifted = importancePlan(plan, found, level, draws);
    return { ...answer, simulation: await run(shifted, draws.samples, location) };
  } catch (thrown) {
    if (thrown !== INTERRUPTED) throw thrown;
    return { reach, unreached: [], searched: 0, interrupted: true };
  }
}

function checkQuestion(plan: Plan, until: string | undefined): void {
  const invalid = (code: 'STUDY_INVALID' | 'OPTION_INVALID', message: string, remedy: string) =>
    new SpiceLabError(code, message, { remedy });
  if (until !== undefined)
    throw invalid(
      'OPTION_INVALID',
      '--until does not go with --high-sigma',
      'Leave it out; -n is the number of all simulations.',
    );
  if (plan.specs.length === 0)
    throw invalid('STUDY_INVALID', 'there is no spec that could fail', 'Add one, such as --spec "vos<10m".');
  if (pointCount(plan) > 1)
    throw invalid(
      'STUDY_INVALID',
      `a search for rare failures is about one point, and the corners and sweeps have ${pointCount(plan)}`,
      'Ask for one corner at a time, with a run for each.',
    );
  if (!scoreSpace(plan).coordinates.some(({ continuous }) => continuous))
    throw invalid(
      'STUDY_INVALID',
      'nothing varies continuously',
      'Say what does, such as --vary "R1=normal(1%)".',
    );
}

/** Searches by runs of explicit points. */
async function search(
  plan: Plan,
  level: number,
  run: (points: readonly Scores[], stage: string) => Promise<Results>,
): Promise<SearchResult> {
  const { coordinates } = scoreSpace(plan);
  const responses = [...new Set(plan.specs.map(({ measurement }) => measurement))];
  const sides = plan.specs.flatMap(({ name, measurement, low, high }): Side[] => {
    const response = responses.indexOf(measurement);
    return [
      ...(low === undefined ? [] : [{ spec: name, response, limit: low, sign: -1 as const }]),
      ...(high === undefined ? [] : [{ spec: name, response, limit: high, sign: 1 as const }]),
    ];
  });
  const simulate = async (points: readonly Scores[], stage: string) => {
    const results = await run(points, stage);
    const columns = await Promise.all(responses.map((name) => results.column(name)));
    return points.map((_, row) => columns.map((column) => column[row] ?? Number.NaN));
  };
  const found = await searchFailures({
    size: coordinates.length,
    searchable: coordinates.flatMap(({ continuous }, k) => (continuous ? [k] : [])),
    sides,
    level,
    seed: plan.sampling.seed,
    simulate,
  });
  const [failing] = found.failingNominal;
  if (!failing) return found;
  throw new SpiceLabError(
    'STUDY_INVALID',
    `the nominal circuit does not meet ${failing.spec}, or has no value for it`,
    {
      remedy: 'Such failures are not rare: leave out --high-sigma, and plain sampling tells the yield.',
    },
  );
}
