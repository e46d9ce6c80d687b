import type { Notice } from '../../compile/index.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { pointCount } from '../../report/axes.ts';
import { shellWord } from '../../report/terminal/shell.ts';
import { terminalSummary } from '../../report/terminal.ts';
import type { RunOutcome } from '../../run/index.ts';
import {
  attachTo,
  goOn,
  highSigma,
  preview,
  type SimulateOptions,
  type Simulation,
  type SimulationHandle,
  start,
} from '../../simulate/index.ts';
import { isFolder, openStore } from '../../stores/index.ts';
import type { Study } from '../../study/index.ts';
import { writeReport } from '../derived-files.ts';
import { EXIT } from '../errors.ts';
import type { ProgressView } from '../progress.ts';
import { openRunStore } from '../run-folder.ts';
import type { Streams } from '../streams.ts';
import { unmetRule } from '../unmet.ts';
import { interruptible, progressFor } from '../watch.ts';
import { explainStudy } from './explain.ts';

/** The flags of every command that simulates. */
export interface RunFlags extends Omit<SimulateOptions, 'onEvent' | 'onNotice' | 'signal'> {
  /** Another word for `out`. */
  readonly store?: string | undefined;
  readonly report?: boolean | undefined;
  readonly explain?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Compiles and runs a study, then tells the answer. Returns the exit code. */
export async function simulateStudy(study: Study, flags: RunFlags, streams: Streams): Promise<number> {
  if (flags.explain) {
    await explainStudy(study, flags, streams);
    return EXIT.ok;
  }
  if (flags.dryRun) {
    streams.stdout.write(await preview(study, flags));
    return EXIT.ok;
  }
  if (study.highSigma !== undefined) return simulateHighSigma(study, flags, streams);
  const view = progressFor(flags, streams);
  const handle = await start(study, simulateOptions(flags, view, streams));
  return conclude(await watch(handle, view, streams), flags, streams);
}

async function simulateHighSigma(study: Study, flags: RunFlags, streams: Streams): Promise<number> {
  const view = progressFor(flags, streams);
  const { simulation, interrupted, reach, searched } = await highSigma(
    study,
    simulateOptions(flags, view, streams),
    (handle) => void watch(handle, view, streams).catch(() => undefined),
  );
  if (interrupted) {
    streams.stderr.write('The search was interrupted: the same command goes on with it.\n');
    return EXIT.interrupted;
  }
  if (simulation) return conclude(simulation, flags, streams);
  if (flags.json)
    streams.stdout.write(`${JSON.stringify({ type: 'answer', answers: null, reach, searched })}\n`);
  else
    streams.stdout.write(
      `No failure within ${reach} sigma (${searched} simulations searched): nothing to estimate. A higher --high-sigma searches farther.\n`,
    );
  return EXIT.ok;
}

/** Goes on with a run, with more samples where `samples` says so. Returns the exit code. */
export async function continueRun(
  run: string,
  samples: number | undefined,
  flags: RunFlags,
  streams: Streams,
): Promise<number> {
  const { location } = await openRunStore(run);
  const view = progressFor(flags, streams);
  const handle = await goOn(location, samples, simulateOptions(flags, view, streams));
  return conclude(await watch(handle, view, streams), flags, streams);
}

/** Watches a run that goes on by itself. Returns the exit code. */
export async function attachRun(run: string, flags: RunFlags, streams: Streams): Promise<number> {
  const { location } = await openRunStore(run);
  const view = progressFor(flags, streams);
  const handle = await attachTo(location, simulateOptions(flags, view, streams));
  return conclude(await watch(handle, view, streams), flags, streams);
}

/** What the library is told; notices of the compiler go to where progress goes. */
export function simulateOptions(flags: RunFlags, view: ProgressView, streams: Streams): SimulateOptions {
  const { store, ...rest } = flags;
  if (store !== undefined && flags.out !== undefined)
    throw new SpiceLabError('OPTION_INVALID', '--store and --out both say where the run goes', {
      remedy: 'Leave one of them out.',
    });
  return {
    ...rest,
    out: flags.out ?? store,
    onEvent: (event) => view.show(event),
    onNotice: (notice) => tell(notice, view, flags, streams),
  };
}

function tell(
  { message, place }: Notice,
  view: ProgressView,
  { json }: RunFlags,
  { stderr, colors }: Streams,
): void {
  const where = place ? `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ` : '';
  if (json) view.show({ type: 'notice', message: `${where}${message}` });
  else stderr.write(`${colors.yellow('note')} ${where}${message}\n`);
}

/** Waits for the end while Ctrl-C is heard. */
export async function watch(
  handle: SimulationHandle,
  view: ProgressView,
  streams: Streams,
): Promise<Simulation> {
  const release = interruptible(handle, view, streams);
  try {
    return await handle.finished;
  } catch (thrown) {
    view.close();
    throw await withWayOn(thrown, handle.location);
  } finally {
    view.close();
    release();
  }
}

/** A run that was founded is not lost; the error of a machine says how to go on. */
async function withWayOn(thrown: unknown, location: string): Promise<unknown> {
  if (!(thrown instanceof SpiceLabError) || thrown.blame !== 'infrastructure') return thrown;
  if (!(await isFounded(location))) return thrown;
  const way = `What is finished is kept; go on with: spicelab resume ${location}`;
  return new SpiceLabError(thrown.code, thrown.message, {
    place: thrown.place,
    remedy: [thrown.remedy, way].filter(Boolean).join(' '),
    cause: thrown,
  });
}

/** Also where the store does not answer any more: nobody knows better then. */
const isFounded = async (location: string): Promise<boolean> =>
  (await openStore(location)).has('plan.json').catch(() => !isFolder(location));

async function conclude(
  { outcome, results, answers }: Simulation,
  flags: RunFlags,
  streams: Streams,
): Promise<number> {
  if (outcome.kind === 'detached') {
    const { location, present, wanted } = results;
    const way = `spicelab attach ${shellWord(location)}`;
    if (flags.json)
      streams.stdout.write(`${JSON.stringify({ type: 'detached', run: location, present, wanted })}\n`);
    else
      streams.stdout.write(
        `${present} of ${wanted} samples are there, the rest goes on by itself. Watch it with: ${way}\n`,
      );
    return EXIT.ok;
  }
  if (flags.json)
    streams.stdout.write(`${JSON.stringify({ type: 'answer', run: results.location, answers })}\n`);
  else
    streams.stdout.write(terminalSummary(results, answers, { color: streams.color, width: streams.width }));
  const each = Math.ceil(results.wanted / pointCount(results.plan));
  const unmet = unmetRule(outcome, flags.until, shellWord(results.location), each);
  if (unmet !== undefined && !flags.json) streams.stderr.write(`${streams.colors.yellow('note')} ${unmet}\n`);
  if (flags.report !== false) {
    const paths = await writeReport(results, answers, undefined);
    if (!flags.json) streams.stdout.write(`\nReport: ${paths.join(', and ')}\n`);
  }
  return exitCode(outcome);
}

const exitCode = (outcome: RunOutcome): number => {
  if (outcome.kind === 'interrupted') return EXIT.interrupted;
  return outcome.kind === 'failed' ? EXIT.failed : EXIT.ok;
};
