import type { EngineIdentity } from '../engine.ts';
import { SpiceLabError } from '../errors/index.ts';
import { countOf } from './coverage.ts';
import { earlierJobs, wantedJobs } from './earlier-jobs.ts';
import { checkDetach, checkNumbers, checkRule, type Errand } from './errand.ts';
import type { RunEvent } from './events.ts';
import { Intake, UNKNOWN_VERSION } from './intake.ts';
import { LiveFigures, presentOf, statusWords } from './live.ts';
import { lookGrid } from './looks.ts';
import { initialState, step } from './machine.ts';
import { type OpenedRun, recordOpening } from './open-run.ts';
import { listParts, rowsOf, segmentsOf } from './parts.ts';
import { appendRecord, readRecords } from './records.ts';
import { recoverParts } from './recover.ts';
import { Reporter } from './reporter.ts';
import type { RunOutcome } from './results.ts';
import type { SessionOptions } from './run-options.ts';
import { RunSession } from './session.ts';
import { SessionLog } from './session-log.ts';
import type { Outcome, RunState, Settings } from './state.ts';
import { THIS_MACHINE } from './surroundings.ts';

/** Interrupts that come before the machine is there are kept for it. */
export interface Interrupts {
  count: number;
  session: RunSession | undefined;
  /** Why this process may not go on with the run. */
  lost: SpiceLabError | undefined;
}

/** One session from its first record to its last. The caller holds the run's lock. */
export async function conduct(
  options: SessionOptions,
  errand: Errand,
  interrupts: Interrupts,
): Promise<RunOutcome> {
  const { store } = options;
  const { run, until } = errand;
  const surroundings = options.surroundings ?? THIS_MACHINE;
  const began = surroundings.now();
  const now = () => surroundings.now() - began;
  const emit = (event: RunEvent) => options.onEvent?.(event);
  const settings = settingsOf(options, errand);
  const figures = new LiveFigures(run.plan, lookGrid(run.plan).points, errand.confidence);
  const recovered = await recover(options, errand, settings, figures, emit);
  const jobs = await earlierJobsOf(options);
  const [found] = step(recovered, { type: 'adopted', chunks: jobs.flatMap(({ chunks }) => chunks) });
  await begin(options, errand, found, surroundings.time(), emit);

  const log = new SessionLog(store, run.session, (error) => session.abandon(error));
  const intake = new Intake(store, run.plan, run.planId, until);
  const reporter = new Reporter(emit, figures, now, surroundings.after);
  const session: RunSession = new RunSession(
    { run, options, intake, log, reporter, surroundings, now },
    found,
  );
  interrupts.session = session;
  session.adopt(wantedJobs(jobs, found));
  session.tell({ type: 'begin', at: now() });
  if (options.detach) session.detach();
  for (let i = 0; i < interrupts.count; i++) session.interrupt();
  if (interrupts.lost) session.abandon(interrupts.lost);
  const outcome = await session.finished;
  await session.settle();
  await log.close();
  reporter.progress();

  const state = session.current;
  await recordEnd(options, run, state, outcome, surroundings.time());
  emit({
    type: 'finished',
    outcome: plainOutcome(outcome),
    seconds: now(),
    present: presentOf(state),
    wanted: errand.wanted,
    simulated: state.simulated,
    statuses: statusWords(state),
  });
  if (outcome.kind === 'failed') throw SpiceLabError.fromJSON(outcome.error);
  return plainOutcome(outcome);
}

function settingsOf(options: SessionOptions, errand: Errand): Settings {
  const { backend } = options;
  const { run, until, confidence } = errand;
  const { delivery, maxChunksPerSubmit, chunkSeconds } = backend.capabilities;
  const grid = lookGrid(run.plan);
  checkNumbers(errand);
  checkDetach(options, until);
  if (until) checkRule(run.plan, until, grid.points);
  return {
    ceiling: errand.wanted,
    delivery,
    // of a cluster that grows and shrinks
    get slots() {
      return backend.capabilities.slots;
    },
    get backlog() {
      return backend.capabilities.backlog ?? 0;
    },
    maxChunksPerSubmit,
    chunkSeconds,
    chunk: errand.chunk,
    stop: until && { rule: until, confidence, grid },
    engine: run.identity,
    mixEngines: errand.mixEngines,
    secondAttempts: backend.cancelChunks !== undefined,
    session: `s${run.session}`,
  };
}

/** What earlier sessions may have left running; nothing where a backend cannot be attached to. */
async function earlierJobsOf({ store, backend }: SessionOptions) {
  return backend.attach ? earlierJobs(await readRecords(store), backend.name) : [];
}

/** The machine's state with everything in it that earlier sessions left. */
async function recover(
  { store }: SessionOptions,
  { run, until }: Errand,
  settings: Settings,
  figures: LiveFigures,
  emit: (event: RunEvent) => void,
): Promise<RunState> {
  const notice = (message: string) => emit({ type: 'notice', message });
  const { ceiling } = settings;
  let engine: EngineIdentity | undefined = run.identity;
  let state = initialState(settings);
  const parts = recoverParts(store, run.plan, run.planId, until, ceiling, notice);
  for await (const { digest, engine: maker } of parts) {
    if (maker.version !== UNKNOWN_VERSION) engine ??= maker;
    figures.take(digest);
    [state] = step(state, { type: 'found', ...digest });
  }
  return { ...state, engine };
}

async function begin(
  { store, backend }: SessionOptions,
  errand: Errand,
  state: RunState,
  time: string,
  emit: (event: RunEvent) => void,
): Promise<void> {
  const { run, wanted, chunk, until, confidence, mixEngines } = errand;
  const present = countOf(state.present);
  const workers = backend.capabilities.slots;
  const stored = rowsOf(segmentsOf(await listParts(store)));
  const session = {
    time,
    wanted,
    present: stored,
    backend: backend.name,
    workers,
    chunk,
    until,
    confidence,
    mixEngines,
  };
  await recordOpening(store, run, session);
  const why = !run.last ? 'created' : wanted > run.last.wanted ? 'extended' : 'continued';
  emit({
    type: 'started',
    run: store.location,
    planId: run.planId,
    session: run.session,
    why,
    wanted,
    present,
    backend: backend.name,
    workers,
    engine: run.engine.name,
  });
  for (const message of errand.notices) emit({ type: 'notice', message });
}

async function recordEnd(
  { store }: SessionOptions,
  run: OpenedRun,
  state: RunState,
  outcome: Outcome,
  time: string,
): Promise<void> {
  try {
    await appendRecord(store, {
      type: 'closed',
      session: run.session,
      time,
      outcome: plainOutcome(outcome),
      simulated: state.simulated,
      busySeconds: state.busySeconds,
      statuses: statusWords(state),
      losses: { ...state.losses },
    });
  } catch (thrown) {
    // A store that is full or gone has ended the session already, and that is the error to tell.
    if (outcome.kind !== 'failed') throw thrown;
  }
}

const plainOutcome = (outcome: Outcome): RunOutcome =>
  outcome.kind === 'failed' ? { kind: 'failed', message: outcome.error.message } : outcome;
