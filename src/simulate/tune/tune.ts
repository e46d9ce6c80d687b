import { openBackend } from '../../backends/index.ts';
import { chooseEngine } from '../../engines/index.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { planDocument } from '../../plan/index.ts';
import { hasRandomVariables, pointCount } from '../../report/axes.ts';
import { acquireLock } from '../../run/lock.ts';
import { noRun } from '../../run/open-run.ts';
import { openStore } from '../../stores/index.ts';
import type { Study } from '../../study/index.ts';
import type { TuneAnswer } from '../../tune/answer.ts';
import { costOf, type Rules } from '../../tune/machine.ts';
import { type Question, readSeries, sessionKey, sessionSchema, writeRecord } from '../../tune/records.ts';
import { rungsOf } from '../../tune/rungs.ts';
import { defaultLocation, type SimulateOptions } from '../simulate.ts';
import { readTuneAnswer, trialLocation } from './answer.ts';
import { compileDesign } from './compile-design.ts';
import type { TuneEvent } from './events.ts';
import { foundQuestion, readQuestion } from './found.ts';
import { Journal } from './journal.ts';
import { confirm, confirmCost, type SearchContext, search } from './search.ts';
import { Suggestions } from './suggestions.ts';
import { TrialRuns } from './trial-run.ts';

export interface TuneOptions extends Omit<SimulateOptions, 'onEvent' | 'until' | 'mixEngines'> {
  readonly onTune?: ((event: TuneEvent) => void) | undefined;
}

/** A search that goes on in this process. */
export interface TuneHandle {
  readonly location: string;
  /** @throws SpiceLabError what ended the search */
  readonly finished: Promise<{ readonly answer: TuneAnswer; readonly complete: boolean }>;
  /** First call: chunks in flight are finished, then it ends. Second: it ends at once. Either can be resumed. */
  interrupt(): void;
}

/**
 * Searches the best design of a study: `optimize` made it. The same call again goes on with what is there, with a larger
 * budget where the study has one.
 * @throws SpiceLabError as `simulate`
 */
export async function tune(study: Study, options: TuneOptions = {}): Promise<TuneAnswer> {
  return (await (await startTune(study, options)).finished).answer;
}

/** Simulations where a study names no budget: so many designs with all their samples, or so many per dimension. */
const DESIGNS = 40;
const FEWEST_DESIGNS = 60;
const DESIGNS_PER_DIMENSION = 30;

/** Compiles and starts a search. @throws SpiceLabError as `tune`, but for what ends it */
export async function startTune(study: Study, options: TuneOptions): Promise<TuneHandle> {
  const { tuning } = study;
  if (!tuning)
    throw new SpiceLabError('STUDY_INVALID', 'the study chooses nothing', {
      remedy: 'Give it design variables and what to minimize or maximize; or run it with spicelab run.',
    });
  const designed = await compileDesign(study, tuning);
  for (const notice of designed.notices) options.onNotice?.(notice);
  const random = hasRandomVariables(designed.plan);
  const drawn = random ? study : { ...study, samples: 1 };
  const location =
    options.out ?? `${defaultLocation(designed.plan.title, planDocument(designed.plan).id)}-tune`;
  return launch(location, options, async (parts) => {
    const question = await foundQuestion({ study: drawn, tuning, designed, ...parts });
    const points = pointCount(question.plan);
    const usual = random
      ? DESIGNS * drawn.samples
      : FEWEST_DESIGNS + DESIGNS_PER_DIMENSION * tuning.design.length;
    return { question, budget: tuning.budget ?? usual * points };
  });
}

/** Goes on with a search. @throws SpiceLabError RUN_UNREADABLE where there is none */
export async function resumeTune(
  location: string,
  budget: number | undefined,
  options: TuneOptions,
): Promise<TuneHandle> {
  const store = await openStore(location);
  const found = await readQuestion(store);
  if (!found) throw noRun(store);
  const { name, options: engine } = found.engine;
  const asBefore = {
    engine: name,
    enginePath: engine.path,
    timeout: engine.sampleSeconds,
    ...withoutAbsent(options),
  };
  return launch(location, asBefore, async ({ store: own }) => {
    const sessions = await readSeries(own, sessionKey, sessionSchema);
    const question = (await readQuestion(own))!;
    return { question, budget: budget ?? sessions.at(-1)?.budget ?? confirmCost(question, DESIGNS) };
  });
}

const withoutAbsent = (options: TuneOptions): TuneOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

type Parts = Pick<Parameters<typeof foundQuestion>[0], 'store' | 'backend' | 'engine' | 'suggestions'>;

async function launch(
  location: string,
  options: TuneOptions,
  prepare: (parts: Parts) => Promise<{ question: Question; budget: number }>,
): Promise<TuneHandle> {
  const { on = 'local', workers, python, spawned } = options;
  const suggestions = new Suggestions(python);
  const backend = await openBackend(on, { workers, python, spawned });
  let runs: TrialRuns | undefined;
  let interrupts = 0;
  const store = await openStore(location);
  const conduct = async () => {
    const lock = await acquireLock(store);
    try {
      const elsewhere = backend.engines && (backend.engines.includes('libngspice') ? 'libngspice' : 'wasm');
      const engineOptions = { path: options.enginePath, sampleSeconds: options.timeout };
      const { name } = await chooseEngine(options.engine ?? elsewhere, engineOptions);
      const engine = { name, options: engineOptions };
      const { question, budget } = await prepare({ store, backend, engine, suggestions });
      const journal = await Journal.read(store, question);
      const emit = (event: TuneEvent) => options.onTune?.(event);
      const present = presentIn(journal, location, pointCount(question.plan));
      runs = new TrialRuns({
        backend,
        engine: question.engine,
        confidence: options.confidence,
        chunk: options.chunk,
        signal: options.signal,
        onNotice: (message) => emit({ type: 'notice', message }),
        onProgress: (run, samples) => {
          present.set(run, samples);
          tell(run.includes('/confirm/') ? 'confirm' : 'search');
        },
      });
      for (let i = 0; i < interrupts; i++) runs.interrupt();
      const { rules, again } = rulesOf(question, budget);
      const simulations = () => [...present.values()].reduce((sum, samples) => sum + samples, 0);
      const tell = (stage: 'search' | 'confirm') =>
        emit({
          type: 'tune-progress',
          simulations: simulations(),
          budget,
          designs: journal.designs.length,
          underWay: journal.jobs.length - journal.results.size,
          stage,
        });
      emit({
        type: 'tune-started',
        location,
        why: journal.jobs.length > 0 ? 'continued' : 'created',
        sampler: question.sampler,
        budget,
        simulations: simulations(),
        designs: journal.designs.length,
        backend: backend.name,
        workers: backend.capabilities.slots,
        engine: engine.name,
      });
      if (journal.jobs.length === 0) for (const message of question.notices) options.onNotice?.({ message });
      const sessions = await readSeries(store, sessionKey, sessionSchema);
      await writeRecord(store, sessionKey(sessions.length), { time: new Date().toISOString(), budget });
      const context: SearchContext = {
        question,
        journal,
        rules,
        store,
        runs,
        emit,
        ask: (asked) => suggestions.ask(asked),
      };
      const complete = (await search(context)) && (again === 0 || (await confirm(context, again)));
      return { answer: await readTuneAnswer(location, options.confidence), complete };
    } finally {
      await lock.release().catch(() => undefined);
      await Promise.all([backend.close(), suggestions.close()]);
    }
  };
  return {
    location,
    finished: conduct(),
    interrupt: () => {
      interrupts++;
      runs?.interrupt();
    },
  };
}

/** Samples of each design's run that are there already. */
function presentIn(journal: Journal, location: string, points: number): Map<string, number> {
  return new Map(
    [...journal.results].map(([number, { samples }]) => [
      trialLocation(location, journal.jobs[number]!.trial),
      samples * points,
    ]),
  );
}

/** The search's part of a budget, and how many designs the rest simulates again. */
function rulesOf(question: Question, budget: number): { rules: Rules; again: number } {
  const { tuning, samples, plan } = question;
  const random = hasRandomVariables(plan);
  const own = question.own ? 1 : 0;
  let again = random ? tuning.confirm : 0;
  while (again > 1 && confirmCost(question, again + own) > budget / 2) again--;
  const reserved = again > 0 ? confirmCost(question, again + own) : 0;
  const rules: Rules = {
    rungs: rungsOf(samples, tuning.first, tuning.factor),
    points: pointCount(plan),
    budget: budget - reserved,
    factor: tuning.factor,
    atOnce: tuning.atOnce,
  };
  const least = costOf(rules, 0) + reserved;
  if (budget >= least) return { rules, again };
  throw new SpiceLabError('OPTION_INVALID', `a budget of ${budget} simulations is too small`, {
    remedy: `A design takes ${costOf(rules, 0)} at least, and ${reserved} are for simulating the best again: give --budget ${20 * least} or more, or fewer samples with -n.`,
  });
}
