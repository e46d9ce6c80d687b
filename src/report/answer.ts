import { nearestNames, SpiceLabError } from '../errors/index.ts';
import type { ImportanceSampling } from '../plan/importance.ts';
import type { Measurement, Plan, Variable } from '../plan/schema.ts';
import type { Results } from '../run/results.ts';
import type { YieldMethod } from '../stats/yield.ts';
import type { Answers } from './answers.ts';
import { hasRandomVariables, pointCount } from './axes.ts';
import { ContributorCollector, contributorNumbers, Predictors } from './contributors.ts';
import { ControlCollector } from './controls.ts';
import { failureAnswer } from './failure-answer.ts';
import { GroupCollector } from './group.ts';
import { pointLabel } from './label.ts';
import { pointValues } from './points.ts';
import { RankSample } from './rank-sample.ts';
import { rereadable } from './rereadable.ts';
import { RowGroups } from './rows.ts';
import { uncertaintyOf } from './uncertainty.ts';

export interface AnswerOptions {
  /** Of every interval, from 0 to 1; 0.95 when absent. */
  readonly confidence?: number | undefined;
  /** Most samples listed as worst, per group; 10 when absent. */
  readonly worst?: number | undefined;
  /** Names of the measurements wanted; all when absent. */
  readonly measurements?: readonly string[] | undefined;
  readonly yieldMethod?: YieldMethod | undefined;
}

/** More points than this are not told one by one. */
const MOST_GROUPS = 200;

/** Numbers held at once, over all measurements and groups, before columns are read a third time instead. */
const VALUES_HELD = 2 ** 20;
const FEWEST_HELD = 256;
const MOST_HELD = 2 ** 18;

/**
 * The answer to a study: statistics, yields, contributors and worst samples of all counted rows and, where a plan has
 * both axes and draws, of each point. Reads the results two or three times in constant memory; the same rows give the
 * same bits, however they are batched.
 * @throws SpiceLabError OPTION_INVALID for an unknown measurement or a confidence that is not between 0 and 1
 */
export async function answer(results: Results, options: AnswerOptions = {}): Promise<Answers> {
  const { plan } = results;
  const { confidence = 0.95, worst = 10, yieldMethod = 'clopper-pearson' } = options;
  if (!(confidence > 0 && confidence < 1))
    throw new SpiceLabError('OPTION_INVALID', `a confidence lies between 0 and 1, not ${confidence}`, {
      remedy: 'Give it as a fraction, such as 0.95.',
    });
  if (plan.sampling.method === 'importance')
    return answerOfFailure(results, plan.sampling, confidence, worst);
  const measurements = chosen(plan, options.measurements);
  const points = pointCount(plan);
  const random = hasRandomVariables(plan);
  const grouped = points > 1 && points <= MOST_GROUPS && random && results.counted > points;
  const labels = grouped ? Array.from({ length: points }, (_, point) => pointLabel(plan, point)) : [];
  const held = VALUES_HELD / (Math.max(1, measurements.length) * (labels.length + 1));
  const capacity = Math.floor(Math.max(FEWEST_HELD, Math.min(MOST_HELD, held)));
  const variables = random ? independentVariables(plan) : [];
  const predictors = new Predictors(variables);
  const roomy = contributorNumbers(predictors.count, measurements.length) * labels.length <= VALUES_HELD;
  // rows of several points share their draws
  const independent = (point: number | undefined) => random && (points === 1 || point !== undefined);
  const rowsAt = (point: number | undefined) =>
    point === undefined ? results.counted : Math.floor(results.counted / points);
  const collector = (label: string, point: number | undefined): GroupCollector =>
    new GroupCollector({
      ...{ label, point, plan, measurements, confidence, yieldMethod, worst, capacity },
      uncertainty: uncertaintyOf(plan, results.counted, point === undefined ? 'all' : 'point'),
      contributors:
        random && (point === undefined || roomy)
          ? new ContributorCollector(predictors, measurements)
          : undefined,
      controls: independent(point) ? ControlCollector.for(plan, measurements, rowsAt(point)) : undefined,
    });
  const all = collector('all', undefined);
  const groups = labels.map(collector);
  const ranks = new RankSample(variables, measurements, points, random ? results.counted : 0);
  await read(results, all, groups, ranks);
  return {
    all: all.result(ranks),
    groups: groups.map((group) => group.result(ranks)),
    points: await pointValues(results),
  };
}

/** Samples of another density than the variables' own: their mean and yield would be no circuit's, so none are told. */
async function answerOfFailure(
  results: Results,
  sampling: ImportanceSampling,
  confidence: number,
  worst: number,
): Promise<Answers> {
  const { failure, ...found } = await failureAnswer(results, sampling, confidence, worst);
  const all = { label: 'all', ...found, statistics: [], yields: [], contributors: [] };
  return { all, groups: [], failure };
}

async function read(
  results: Results,
  all: GroupCollector,
  groups: readonly GroupCollector[],
  ranks: RankSample,
): Promise<void> {
  const rows = new RowGroups(results.plan, results.counted, groups.length);
  const everyone = [all, ...groups];
  const batches = rereadable(results);
  for await (const batch of batches()) {
    rows.sort(batch);
    ranks.add(batch);
    all.observe(batch, rows.all, rows.replicates);
    for (const [point, group] of groups.entries()) group.observe(batch, rows.at(point), rows.replicates);
  }
  for (const group of everyone) group.settle();
  for await (const batch of batches()) {
    rows.sort(batch);
    all.recount(batch, rows.all, rows.replicates);
    for (const [point, group] of groups.entries()) group.recount(batch, rows.at(point), rows.replicates);
  }
  if (!everyone.map((group) => group.prepare()).includes(true)) return;
  for await (const batch of batches(results.plan.measurements.map(({ name }) => name))) {
    rows.sort(batch);
    all.collect(batch, rows.all);
    for (const [point, group] of groups.entries()) group.collect(batch, rows.at(point));
  }
}

/** Without the variables that a categorical one stands for: its label tells which values they have. */
function independentVariables(plan: Plan): Variable[] {
  const labelled = new Set(
    plan.variables.flatMap(({ labels, source }) => (labels && source.kind === 'axis' ? [source.axis] : [])),
  );
  return plan.variables.filter(
    ({ labels, source }) => labels || source.kind === 'random' || !labelled.has(source.axis),
  );
}

function chosen(plan: Plan, names: readonly string[] | undefined): readonly Measurement[] {
  if (!names) return plan.measurements;
  return names.map((name) => {
    const found = plan.measurements.find((measurement) => measurement.name === name);
    if (found) return found;
    const near = nearestNames(
      name,
      plan.measurements.map((measurement) => measurement.name),
    );
    throw new SpiceLabError('OPTION_INVALID', `there is no measurement '${name}' in this run`, {
      remedy:
        near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'spicelab show RUN lists the measurements.',
    });
  });
}
