import { openBackend } from '../../src/backends/index.ts';
import { SpiceLabError } from '../../src/errors/index.ts';
import { type RunEvent, resumeRun, startRun } from '../../src/run/index.ts';
import { openStore } from '../../src/stores/index.ts';
import { type Mischief, mischiefPlan } from './mischief.ts';
import { formulaPlan } from './plans.ts';

/** What a test asks of a coordinator in a process of its own, as JSON in the first argument. */
export interface CoordinatorTask {
  readonly folder: string;
  readonly workerFile: string;
  readonly workers: number;
  /** Starts a run of so many samples; resumes the one that is there when absent. */
  readonly wanted?: number;
  readonly chunk?: number;
  /** `local` when absent. */
  readonly on?: string;
  readonly python?: string | undefined;
  /** Simulates with the engine of this file, which is told so, instead of formulas. */
  readonly mischief?: { readonly engine: string; readonly told: Mischief };
}

/** Runs until the end, telling events as lines of JSON; an error is the last line. SIGINT interrupts. */
async function coordinate(task: CoordinatorTask): Promise<void> {
  const tell = (line: RunEvent | { type: 'error'; code: string; message: string }) =>
    process.stdout.write(`${JSON.stringify(line)}\n`);
  const store = await openStore(task.folder);
  const { on = 'local', workers, workerFile, python, mischief } = task;
  const backend = await openBackend(on, { workers, workerFile, python });
  const common = { store, backend, onEvent: tell };
  const run =
    task.wanted === undefined
      ? resumeRun(common)
      : startRun({
          ...common,
          plan: mischief ? mischiefPlan(mischief.told) : formulaPlan(),
          engine: { name: mischief?.engine ?? 'formula', options: {} },
          wanted: task.wanted,
          chunk: task.chunk,
        });
  process.on('SIGINT', () => run.interrupt());
  try {
    await run.result;
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError)) throw thrown;
    tell({ type: 'error', code: thrown.code, message: thrown.message });
    process.exitCode = 2;
  } finally {
    await backend.close();
  }
}

await coordinate(JSON.parse(process.argv[2]!) as CoordinatorTask);
