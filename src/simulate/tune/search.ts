import { pointCount } from '../../report/axes.ts';
import type { Store } from '../../store.ts';
import { type CompiledFigure, compileFigure, measurementsRead, worstOf } from '../../tune/figures.ts';
import { decide, type Rules } from '../../tune/machine.ts';
import { isFeasible, ranked } from '../../tune/rank.ts';
import { confirmFolder, type Question, type ResultRecord, trialFolder } from '../../tune/records.ts';
import { planAt } from './compile-design.ts';
import type { TuneEvent } from './events.ts';
import { type Journal, numbersOf, recordable } from './journal.ts';
import { type Ask, propose } from './propose.ts';
import type { TrialAnswer, TrialRuns } from './trial-run.ts';

/** Added to the seed of a search for draws that no design was chosen by. */
export const OTHER_DRAWS = 1_000_003;

export interface SearchContext {
  readonly question: Question;
  readonly journal: Journal;
  readonly rules: Rules;
  readonly store: Store;
  readonly runs: TrialRuns;
  readonly ask: Ask;
  readonly emit: (event: TuneEvent) => void;
}

/** Figures of a question, and the measurements that they read. */
export function figuresOf({ tuning, plan }: Pick<Question, 'tuning' | 'plan'>): {
  readonly objectives: readonly CompiledFigure[];
  readonly constraints: readonly CompiledFigure[];
  readonly read: readonly string[];
} {
  const objectives = tuning.objectives.map((figure) => compileFigure(figure, plan));
  const constraints = tuning.constraints.map((figure) => compileFigure(figure, plan));
  return { objectives, constraints, read: measurementsRead([...objectives, ...constraints]) };
}

/** Designs are decided on, simulated and learned from until the budget is spent. Answers false where it was interrupted. */
export async function search(context: SearchContext): Promise<boolean> {
  const { journal, rules, runs } = context;
  const underWay = new Map<number, Promise<void>>();
  let broken: { thrown: unknown } | undefined;
  const begin = (number: number): void => {
    const job = runJob(context, number)
      .catch((thrown: unknown) => {
        broken ??= { thrown };
        // what ended one design ends the search; the others are kept as far as they have come
        runs.interrupt();
      })
      .finally(() => underWay.delete(number));
    underWay.set(number, job);
  };
  for (const number of journal.jobs.keys()) if (!journal.results.has(number)) begin(number);
  while (!runs.interrupted) {
    const decision = decide(journal.log, rules);
    if (decision.kind === 'end') break;
    if (decision.kind === 'wait') {
      await Promise.race(underWay.values());
      continue;
    }
    if (decision.kind === 'extend') begin(await journal.decided(decision.job));
    else {
      const design = await propose(context.question, journal, decision.known, context.ask);
      if (design) begin(await journal.decided({ ...decision.job, design }));
      else journal.exhausted = true;
    }
  }
  await Promise.all(underWay.values());
  if (broken) throw broken.thrown;
  return !runs.interrupted;
}

async function runJob(context: SearchContext, number: number): Promise<void> {
  const { question, journal, store, runs, rules, emit } = context;
  const { trial, rung } = journal.jobs[number]!;
  const { values, origin } = journal.designs[trial]!;
  const location = `${store.location}/${trialFolder(trial)}`;
  const samples = rules.rungs[rung]!;
  const plan = planAt(question, [values]);
  const { read } = figuresOf(question);
  const answer = await runs.simulate(location, plan, samples, read);
  if (!answer) return;
  const result = resultOf(question, answer, samples);
  await journal.finished(number, result);
  const [objectives, constraints] = [numbersOf(result.objectives), numbersOf(result.constraints)];
  const outcome = journal.outcomes.get(number)!;
  const best = ranked([...journal.outcomes.values()])[0];
  emit({
    type: 'tune-result',
    trial,
    design: values,
    origin,
    samples,
    objectives,
    constraints,
    feasible: isFeasible(outcome),
    best: [...journal.outcomes.values()][best!] === outcome,
  });
}

/** The figures of a design at the corner or point where each is worst. */
export function resultOf(question: Question, answer: TrialAnswer, samples: number): ResultRecord {
  const { objectives, constraints } = figuresOf(question);
  const points = pointCount(question.plan);
  const worst = (figure: CompiledFigure) => worstOf(figure, answer.columns, points).value;
  return {
    samples,
    objectives: recordable(objectives.map(worst)),
    constraints: recordable(constraints.map(worst)),
    failed: answer.failed,
    seconds: Number.isFinite(answer.seconds) ? answer.seconds : 0,
  };
}

/** The best designs of a search, and the deck's own: those that are simulated again. */
export function candidatesOf(journal: Journal, count: number): number[] {
  const trials = journal.designs.map((_, trial) => trial).filter((trial) => journal.latest(trial));
  const rungOf = (trial: number) => journal.jobs[journal.latest(trial)!.job]!.rung;
  const top = Math.max(0, ...trials.map(rungOf));
  const candidates: number[] = [];
  // figures of more samples flatter less: a lower rung gives candidates only where the upper ones lack them
  for (let rung = top; rung >= 0 && candidates.length < count; rung--) {
    const here = trials.filter((trial) => rungOf(trial) === rung);
    const order = ranked(here.map((trial) => journal.latest(trial)!.outcome));
    candidates.push(...order.map((i) => here[i]!));
  }
  const own = journal.designs.findIndex(({ origin }) => origin === 'deck');
  return [...new Set([...candidates.slice(0, count), ...(own >= 0 ? [own] : [])])];
}

/** Simulations that the confirmation of so many designs costs. */
export const confirmCost = (question: Question, designs: number): number =>
  designs * question.samples * pointCount(question.plan);

/** Simulates the best designs, and the deck's own, with draws that none was chosen by. Answers false where interrupted. */
export async function confirm(
  { question, journal, store, runs }: SearchContext,
  count: number,
): Promise<boolean> {
  const { seed } = question.plan.sampling;
  const plan = { ...question.plan, sampling: { ...question.plan.sampling, seed: seed + OTHER_DRAWS } };
  const { read } = figuresOf(question);
  const done = await Promise.all(
    candidatesOf(journal, count).map((trial) =>
      runs.simulate(
        `${store.location}/${confirmFolder(trial)}`,
        planAt({ ...question, plan }, [journal.designs[trial]!.values]),
        question.samples,
        read,
      ),
    ),
  );
  return done.every((answer) => answer !== undefined);
}
