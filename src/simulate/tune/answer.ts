import { type Plan, plainDeck } from '../../plan/index.ts';
import { OK } from '../../plan/table.ts';
import { hasRandomVariables, pointCount } from '../../report/axes.ts';
import { pointLabel } from '../../report/label.ts';
import { openResults } from '../../run/index.ts';
import { noRun } from '../../run/open-run.ts';
import type { Store } from '../../store.ts';
import { openStore } from '../../stores/index.ts';
import type {
  FigureEstimate,
  TuneAnswer,
  TuneColumn,
  TunedDesign,
  TuneStep,
  TuneTrial,
} from '../../tune/answer.ts';
import { type CompiledFigure, outcomeOf } from '../../tune/figures.ts';
import { front, isFeasible, type Outcome, ranked } from '../../tune/rank.ts';
import {
  confirmFolder,
  type Question,
  readSeries,
  sessionKey,
  sessionSchema,
  trialFolder,
} from '../../tune/records.ts';
import { planAt } from './compile-design.ts';
import { readQuestion } from './found.ts';
import { estimateOf } from './intervals.ts';
import { Journal, numbersOf } from './journal.ts';
import { figuresOf } from './search.ts';

/**
 * The answer of a search as far as it has come.
 * @throws SpiceLabError RUN_UNREADABLE where there is none
 */
export async function readTuneAnswer(location: string, confidence = 0.95): Promise<TuneAnswer> {
  const store = await openStore(location);
  const question = await readQuestion(store);
  if (!question) throw noRun(store);
  const journal = await Journal.read(store, question);
  const sessions = await readSeries(store, sessionKey, sessionSchema);
  const points = pointCount(question.plan);
  const trials = trialsOf(journal);
  const again = await confirmed(store, question, trials, confidence);
  const steps = stepsOf(journal, points);
  const shown =
    again.length > 0 ? again : trials.map((trial) => unconfirmed(trial, hasRandomVariables(question.plan)));
  const { plan, tuning } = question;
  const figures = figuresOf(question);
  return {
    location,
    title: plan.title,
    sampler: question.sampler,
    budget: sessions.at(-1)?.budget ?? 0,
    simulations: {
      search: steps.at(-1)?.simulations ?? 0,
      confirm: again.reduce((sum, { samples }) => sum + samples * points, 0),
    },
    random: hasRandomVariables(plan),
    confidence,
    engine: question.engine.name,
    design: tuning.design.map(({ name, range }, k) => ({
      name,
      unit: plan.variables[plan.axes[question.axis]!.columns[question.columns.indexOf(k)]!.variable]!.unit,
      log: 'log' in range && range.log,
    })),
    objectives: figures.objectives.map((each, k) => ({
      ...columnOf(each, plan),
      direction: tuning.objectives[k]!.direction,
    })),
    constraints: figures.constraints.map((each, k) => {
      const { low, high } = tuning.constraints[k]!;
      return {
        ...columnOf(each, plan),
        ...(low === undefined ? {} : { low }),
        ...(high === undefined ? {} : { high }),
      };
    }),
    points: Array.from({ length: points }, (_, point) => pointLabel(plan, point, question.axis)),
    rungs: [...new Set(steps.map(({ samples }) => samples))].sort((a, b) => a - b),
    trials,
    steps,
    best: bestOf(shown, tuning, again.length > 0 ? undefined : Math.max(1, tuning.confirm)),
    own: shown.find(({ origin }) => origin === 'deck'),
  };
}

function trialsOf(journal: Journal): TuneTrial[] {
  return journal.designs.flatMap(({ values, origin }, trial) => {
    const latest = journal.latest(trial);
    if (!latest) return [];
    const result = journal.results.get(latest.job)!;
    return [
      {
        trial,
        origin,
        design: values,
        samples: result.samples,
        objectives: numbersOf(result.objectives),
        constraints: numbersOf(result.constraints),
        feasible: isFeasible(latest.outcome),
        failed: result.failed,
      },
    ];
  });
}

function stepsOf(journal: Journal, points: number): TuneStep[] {
  const before = new Map<number, number>();
  let simulations = 0;
  return [...journal.jobs.entries()].flatMap(([number, { trial }]) => {
    const result = journal.results.get(number);
    if (!result) return [];
    simulations += (result.samples - (before.get(trial) ?? 0)) * points;
    before.set(trial, result.samples);
    return [
      {
        trial,
        samples: result.samples,
        simulations,
        objectives: numbersOf(result.objectives),
        feasible: isFeasible(journal.outcomes.get(number)!),
      },
    ];
  });
}

/** Designs that have all their samples of other draws. */
async function confirmed(
  store: Store,
  question: Question,
  trials: readonly TuneTrial[],
  confidence: number,
): Promise<TunedDesign[]> {
  const { objectives, constraints, read } = figuresOf(question);
  const points = pointCount(question.plan);
  const wanted = question.samples * points;
  const found: TunedDesign[] = [];
  for (const searched of trials) {
    const runStore = await openStore(`${store.location}/${confirmFolder(searched.trial)}`);
    if (!(await runStore.has('plan.json'))) continue;
    const results = await openResults(runStore);
    if (results.present < wanted) continue;
    const columns = new Map(
      await Promise.all(read.map(async (name) => [name, await results.column(name)] as const)),
    );
    let failed = 0;
    for await (const { status } of results.batches([]))
      failed += status.reduce((sum, code) => sum + (code === OK ? 0 : 1), 0);
    const estimate = (figure: CompiledFigure) => estimateOf(figure, columns, points, confidence);
    const figures = { objectives: objectives.map(estimate), constraints: constraints.map(estimate) };
    found.push({
      ...searched,
      ...figures,
      feasible: isFeasible(outcomeOfEstimates(figures, question.tuning)),
      samples: question.samples,
      failed,
      confirmed: true,
      searched,
    });
  }
  return found;
}

function unconfirmed(searched: TuneTrial, random: boolean): TunedDesign {
  const exact = (value: number): FigureEstimate => ({ value, low: value, high: value, point: 0 });
  return {
    ...searched,
    objectives: searched.objectives.map(exact),
    constraints: searched.constraints.map(exact),
    confirmed: !random,
    searched,
  };
}

const estimated = ({ value }: FigureEstimate): number => value;

const outcomeOfEstimates = (
  { objectives, constraints }: Pick<TunedDesign, 'objectives' | 'constraints'>,
  tuning: Question['tuning'],
): Outcome =>
  outcomeOf({ objectives: objectives.map(estimated), constraints: constraints.map(estimated) }, tuning);

/** Best first. Of several objectives the front alone, sorted by the first of them, where any design is feasible. */
function bestOf(
  designs: readonly TunedDesign[],
  tuning: Question['tuning'],
  most = Number.POSITIVE_INFINITY,
): TunedDesign[] {
  const outcomes = designs.map((design) => outcomeOfEstimates(design, tuning));
  const undominated = front(outcomes);
  if (tuning.objectives.length > 1 && undominated.length > 0)
    return undominated
      .map((i) => designs[i]!)
      .sort((a, b) => a.objectives[0]!.value - b.objectives[0]!.value || a.trial - b.trial);
  return ranked(outcomes)
    .slice(0, most)
    .map((i) => designs[i]!);
}

function columnOf({ figure, statistics }: CompiledFigure, plan: Plan): TuneColumn {
  const [only] = figure.expression === '$0' ? statistics : [];
  const unit = plan.measurements.find(({ name }) => name === only?.measurement)?.unit ?? '';
  return { name: figure.text, unit: only?.statistic.kind === 'yield' ? '%' : unit };
}

/** The deck at a design for plain ngspice: everything that is drawn stands at its nominal value, at the first corner. */
export async function designDeck(location: string, trial: number): Promise<string> {
  const store = await openStore(location);
  const question = await readQuestion(store);
  if (!question) throw noRun(store);
  const { designs } = await Journal.read(store, question);
  const { plan, axis } = { ...question, plan: planAt(question, [designs[trial]!.values]) };
  const drawn = plan.variables.flatMap(({ source }, index) => (source.kind === 'random' ? [index] : []));
  const pinned: Plan = {
    ...plan,
    variables: plan.variables.map((variable) =>
      variable.source.kind === 'random' ? { ...variable, source: { kind: 'axis', axis } } : variable,
    ),
    axes: plan.axes.map((each, a) =>
      a === axis
        ? {
            ...each,
            columns: [
              ...each.columns,
              ...drawn.map((index) => ({ variable: index, values: [plan.variables[index]!.nominal] })),
            ],
          }
        : each,
    ),
    sampling: { method: 'random', seed: 0 },
    correlations: [],
  };
  return plainDeck(pinned, 0);
}

/** The run of a design, below the folder of its search. */
export const trialLocation = (location: string, trial: number): string => `${location}/${trialFolder(trial)}`;
