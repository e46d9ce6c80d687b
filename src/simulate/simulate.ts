import type { ChildProcess } from 'node:child_process';
import type { Backend } from '../backend.ts';
import { allReload, compileStudy, type Notice, stepDown } from '../compile/index.ts';
import { SpiceLabError } from '../errors/index.ts';
import { readQuantity } from '../expression/index.ts';
import { type Plan, planDocument } from '../plan/index.ts';
import { answer } from '../report/answer.ts';
import type { Answers } from '../report/answers.ts';
import { pointCount } from '../report/axes.ts';
import {
  openResults,
  type Results,
  type RunEvent,
  type RunHandle,
  type RunOutcome,
  readRecords,
  readStoppingRule,
  resumeRun,
  selfCheck,
  startRun,
  submittedRecords,
} from '../run/index.ts';
import { openStore } from '../stores/index.ts';
import type { Study } from '../study/index.ts';
import { backendFor, engineFor, quickly } from './where.ts';

/** How a study is run. Nothing here changes a sample's values. */
export interface SimulateOptions {
  /** Folder of the run; `runs/<title>-<plan>` when absent. The same plan run there again reuses what is there. */
  readonly out?: string | undefined;
  /** `libngspice`, `wasm`, `ngspice`, `formula`; the fastest that is found when absent. */
  readonly engine?: string | undefined;
  readonly enginePath?: string | undefined;
  /** Where workers run; `local` when absent. */
  readonly on?: string | undefined;
  /** The Python that talks to clusters; an active environment's or `python3` when absent. */
  readonly python?: string | undefined;
  /** As many as physical cores when absent. */
  readonly workers?: number | undefined;
  /** CPUs of a cluster's node that one worker takes, where the cluster counts them; 1 when absent. */
  readonly workerCpus?: number | undefined;
  /** Bytes that one worker may take; a fair share of its machine when absent. */
  readonly workerMemory?: number | undefined;
  /** What a chunk takes of its worker, by a Dask cluster's own names. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** Before (10) or behind (-10) what others do on a Dask cluster; 0 when absent. */
  readonly priority?: number | undefined;
  /** Worker processes that were started ahead, to save their start; not for callers who cannot measure the difference. */
  readonly spawned?: readonly ChildProcess[] | undefined;
  /** Samples per chunk; found by measurement when absent. */
  readonly chunk?: number | undefined;
  /** Seconds that one sample may take. */
  readonly timeout?: number | undefined;
  /** Stops when enough: `yield +-0.5%`, `mean(bw) +-0.1%`; the study's samples are then the most. */
  readonly until?: string | undefined;
  /** Of every interval, between 0 and 1; 0.95 when absent. */
  readonly confidence?: number | undefined;
  readonly mixEngines?: boolean | undefined;
  /** Of the kubeconfig; its current one when absent. */
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  /** The image that workers of a cluster are. */
  readonly image?: string | undefined;
  /** A file that says how the jobs of a cluster shall look. */
  readonly jobTemplate?: string | undefined;
  /** Ends when the backend has all that is left to do; `attachTo` watches it again, from any machine that reaches the store. */
  readonly detach?: boolean | undefined;
  /** Takes the run from a process of another host, which may still be there. */
  readonly takeOver?: boolean | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Told what the compiler has to say, with the place in the deck. */
  readonly onNotice?: ((notice: Notice) => void) | undefined;
  /** Ends the run at once when aborted; what is finished stays and can be resumed. */
  readonly signal?: AbortSignal | undefined;
}

export interface Simulation {
  readonly outcome: RunOutcome;
  readonly results: Results;
  readonly answers: Answers;
}

/** A simulation that goes on in this process. */
export interface SimulationHandle {
  readonly location: string;
  /** @throws SpiceLabError what ended the run */
  readonly finished: Promise<Simulation>;
  /** First call: chunks in flight are finished, then it ends. Second: it ends at once. Either can be resumed. */
  interrupt(): void;
}

/**
 * Runs a study and answers it: deck, plan, chunks, parts, statistics.
 * @throws SpiceLabError whatever is wrong with the study, the deck or the machine
 */
export async function simulate(study: Study, options: SimulateOptions = {}): Promise<Simulation> {
  return (await start(study, options)).finished;
}

/** Compiles and starts a study. @throws SpiceLabError as `simulate`, but for what ends the run */
export async function start(study: Study, options: SimulateOptions): Promise<SimulationHandle> {
  return onBackend(options, async (backend) => {
    const { plan, warnings } = await compileStudy(study);
    for (const notice of warnings) options.onNotice?.(notice);
    if (plan.variables.length === 0 && study.samples > 1)
      options.onNotice?.({
        message: `nothing varies, so all ${study.samples} samples are the same: say what does, such as --vary "R1=normal(1%)"`,
      });
    return launch(plan, study.samples, backend, options);
  });
}

/** Starts a plan that is compiled already. @throws SpiceLabError as `start` */
export async function startPlan(
  plan: Plan,
  samples: number,
  options: SimulateOptions,
): Promise<SimulationHandle> {
  return onBackend(options, (backend) => launch(plan, samples, backend, options));
}

/** The backend is opened first, so that workers start while the study is compiled. */
async function onBackend(
  options: SimulateOptions,
  run: (backend: Backend) => Promise<SimulationHandle>,
): Promise<SimulationHandle> {
  const backend = await backendFor(options);
  if (backend.dashboard) options.onNotice?.({ message: `watch the cluster at ${backend.dashboard}` });
  try {
    return await run(backend);
  } catch (thrown) {
    await backend.close();
    throw thrown;
  }
}

async function launch(
  plan: Plan,
  samples: number,
  backend: Backend,
  options: SimulateOptions,
): Promise<SimulationHandle> {
  const until = options.until === undefined ? undefined : readStoppingRule(options.until, plan, readQuantity);
  const engine = await engineFor(options, backend);
  const location = options.out ?? defaultLocation(plan.title, planDocument(plan).id);
  const store = await openStore(location);
  const wanted = samples * pointCount(plan);
  const run = startRun({
    ...sessionOptions(options),
    plan,
    engine,
    store,
    backend,
    until,
    wanted,
    check: (direct) =>
      quickly(backend, engine, (near) =>
        selfCheck({ plan: direct, reload: allReload(direct), stepDown, ...near, wanted }),
      ),
  });
  return follow(run, backend, location, options);
}

/**
 * Watches a run that goes on by itself, or whose coordinator died: on the backend of its last job, which is found by what the
 * run's records say. @throws SpiceLabError RUN_UNREADABLE where no job was ever left to a backend
 */
export async function attachTo(location: string, options: SimulateOptions): Promise<SimulationHandle> {
  const store = await openStore(location);
  const last = submittedRecords(await readRecords(store)).at(-1);
  if (!last && options.on === undefined)
    throw new SpiceLabError('RUN_UNREADABLE', `no job of the run in ${location} goes on by itself`, {
      remedy: `Go on with it by: spicelab resume ${location}`,
    });
  const on = options.on ?? last?.job.backend;
  return goOn(location, undefined, { ...options, on }, last?.job.details);
}

/** Goes on with a run; `samples`, where given, is the new number of samples per point of its axes. */
export async function goOn(
  location: string,
  samples: number | undefined,
  options: SimulateOptions,
  recorded?: Readonly<Record<string, unknown>>,
): Promise<SimulationHandle> {
  const store = await openStore(location);
  const existing = await openResults(store);
  const { plan } = existing;
  if (options.until !== undefined && plan.sampling.method === 'importance')
    throw new SpiceLabError('OPTION_INVALID', '--until does not go with importance sampling', {
      remedy: 'Say how many samples it shall have instead: spicelab extend with -n.',
    });
  const until = options.until === undefined ? undefined : readStoppingRule(options.until, plan, readQuantity);
  const engine = options.engine || options.enginePath ? await engineFor(options, undefined) : undefined;
  const wanted = samples === undefined ? undefined : samples * pointCount(plan);
  if (wanted !== undefined) requireNoFewer(existing, wanted);
  const backend = await backendFor(options, recorded);
  const run = resumeRun({
    ...sessionOptions(options),
    store,
    backend,
    engine,
    sampleSeconds: options.timeout,
    until,
    wanted,
  });
  return follow(run, backend, location, options);
}

/** Fewer would hide samples that are there; a ceiling that was not reached may come down. */
function requireNoFewer({ location, plan, present, counted }: Results, wanted: number): void {
  const there = Math.min(present, counted);
  if (wanted >= there) return;
  const points = pointCount(plan);
  const each = points > 1 ? ` at each of ${points} points` : '';
  throw new SpiceLabError(
    'OPTION_INVALID',
    `the run in ${location} has ${Math.floor(there / points)} samples${each} already`,
    {
      remedy: `-n is the number it shall have in all, so give more, such as -n ${2 * Math.ceil(there / points)}.`,
    },
  );
}

const sessionOptions = ({
  chunk,
  confidence,
  mixEngines,
  detach,
  takeOver,
  onEvent,
  signal,
}: SimulateOptions) => ({
  detach,
  takeOver,
  chunk,
  confidence,
  mixEngines,
  onEvent,
  signal,
});

function follow(
  run: RunHandle,
  backend: Backend,
  location: string,
  options: SimulateOptions,
): SimulationHandle {
  const answered = async (): Promise<Simulation> => {
    const outcome = await run.result;
    const results = await openResults(await openStore(location));
    return { outcome, results, answers: await answer(results, { confidence: options.confidence }) };
  };
  const finish = async (): Promise<Simulation> => {
    // Workers take a while to end; the answer needs none of them.
    const closed = run.result.then(
      ({ kind }) => (kind === 'detached' ? backend.detach?.() : backend.close()),
      () => backend.close(),
    );
    closed.catch(() => undefined);
    try {
      return await answered();
    } finally {
      await closed;
    }
  };
  return { location, finished: finish(), interrupt: () => run.interrupt() };
}

/** `runs/rc-low-pass-1a2b3c4d`: the same study finds its own run again. */
export function defaultLocation(title: string, planId: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 32)
    .replace(/-$/, '');
  return `runs/${slug || 'run'}-${planId.slice(0, 8)}`;
}
