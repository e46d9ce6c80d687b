import { SpiceLabError } from '../errors/index.ts';
import { conduct, type Interrupts } from './conduct.ts';
import type { Errand } from './errand.ts';
import { acquireLock, type Lock } from './lock.ts';
import { openExisting, openForPlan, requireRun } from './open-run.ts';
import type { RunOutcome } from './results.ts';
import type { ResumeOptions, SessionOptions, StartOptions } from './run-options.ts';
import { type Surroundings, THIS_MACHINE } from './surroundings.ts';

/** A run that goes on in this process. */
export interface RunHandle {
  /**
   * How it ended. @throws SpiceLabError what ended a failed run; RUN_LOCKED, RUN_MISMATCH, RUN_UNREADABLE before it began
   */
  readonly result: Promise<RunOutcome>;
  /** First call: chunks in flight are finished, then it ends. Second: it ends at once. Either can be resumed. */
  interrupt(): void;
}

const CONFIDENCE = 0.95;

/**
 * Runs a plan into a store: from nothing, or going on with what an earlier run of the same plan left there.
 * More samples than before extend it.
 */
export function startRun(options: StartOptions): RunHandle {
  return inBackground(options, async () => {
    const run = await openForPlan(options);
    return {
      run,
      wanted: options.wanted,
      chunk: options.chunk,
      until: options.until,
      confidence: options.confidence ?? CONFIDENCE,
      mixEngines: options.mixEngines ?? false,
      notices: run.last ? [] : (run.check?.notices ?? []),
    };
  });
}

/**
 * Goes on with the run in a store; what is not given is as in its last session. A stopping rule is for the samples it was
 * given with: whoever wants another number of them gives it again.
 */
export function resumeRun(options: ResumeOptions): RunHandle {
  // Without a run there is nothing to lock, and no folder to make for the lock.
  return inBackground(
    options,
    () => resumed(options),
    () => requireRun(options.store),
  );
}

async function resumed(options: ResumeOptions): Promise<Errand> {
  const run = await openExisting(options);
  const { last } = run;
  const wanted = options.wanted ?? last?.wanted;
  if (wanted === undefined)
    throw new SpiceLabError(
      'RUN_UNREADABLE',
      `the run in ${options.store.location} does not say how many samples were wanted`,
      { remedy: 'Use `spicelab extend` with -n.' },
    );
  const dropped = options.wanted === undefined || options.until ? undefined : last?.until;
  return {
    run,
    wanted,
    chunk: options.chunk ?? last?.chunk,
    until: options.until ?? (dropped ? undefined : last?.until),
    confidence: options.confidence ?? last?.confidence ?? CONFIDENCE,
    mixEngines: options.mixEngines ?? last?.mixEngines ?? false,
    notices: dropped
      ? [`All ${wanted} samples are simulated: give --until "${dropped.text}" again to stop when enough.`]
      : [],
  };
}

/** Whoever takes a run over says that nobody of another host is there any more. */
function watchersOf({ surroundings = THIS_MACHINE, takeOver }: SessionOptions): Surroundings {
  if (!takeOver) return surroundings;
  const livenessOf: Surroundings['livenessOf'] = async (identity) => {
    const found = await surroundings.livenessOf(identity);
    return found === 'unknown' ? 'dead' : found;
  };
  return { ...surroundings, livenessOf };
}

function inBackground(
  options: SessionOptions,
  prepare: () => Promise<Errand>,
  precondition: () => Promise<void> = async () => {},
): RunHandle {
  const interrupts: Interrupts = { count: 0, session: undefined, lost: undefined };
  const interrupt = () => {
    interrupts.count++;
    interrupts.session?.interrupt();
  };
  const abort = () => {
    interrupt();
    interrupt();
  };
  const begin = async (): Promise<RunOutcome> => {
    let lock: Lock | undefined;
    try {
      await precondition();
      lock = await acquireLock(options.store, {
        surroundings: watchersOf(options),
        onNotice: (message) => options.onEvent?.({ type: 'notice', message }),
        interrupted: () => interrupts.count > 0,
        onLost: (error) => {
          interrupts.lost = error;
          interrupts.session?.abandon(error);
        },
      });
      return await conduct(options, await prepare(), interrupts);
    } finally {
      options.signal?.removeEventListener('abort', abort);
      // A store that is gone has been told of already; the lease of a process that ended binds nobody.
      await lock?.release().catch(() => undefined);
    }
  };
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  return { result: begin(), interrupt };
}
