import type { Backend } from '../../backend.ts';
import type { Plan } from '../../plan/index.ts';
import { OK } from '../../plan/table.ts';
import { pointCount } from '../../report/axes.ts';
import { type EngineChoice, openResults, type Results, type RunHandle, startRun } from '../../run/index.ts';
import { openStore } from '../../stores/index.ts';
import type { Columns } from '../../tune/figures.ts';

/** Seconds of simulation that a chunk of a design should hold. */
const CHUNK_SECONDS = 1;

export interface TrialContext {
  readonly backend: Backend;
  readonly engine: EngineChoice;
  readonly confidence?: number | undefined;
  /** Samples per chunk, where the user said. */
  readonly chunk?: number | undefined;
  /** Told how many samples of a run are there. */
  readonly onProgress: (location: string, present: number) => void;
  readonly onNotice: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface TrialAnswer {
  readonly columns: Columns;
  readonly rows: number;
  /** Samples that could not be simulated. */
  readonly failed: number;
  /** Of one simulation; NaN where this found everything there already. */
  readonly seconds: number;
}

/** Runs designs, many at once, over one backend. Each is a run of its own: begun, gone on with and read like any other. */
export class TrialRuns {
  readonly #context: TrialContext;
  readonly #running = new Set<RunHandle>();
  #seconds = Number.NaN;
  #interrupts = 0;

  constructor(context: TrialContext) {
    this.#context = context;
  }

  get interrupted(): boolean {
    return this.#interrupts > 0;
  }

  /** As of a run: first gently, then at once. */
  interrupt(): void {
    this.#interrupts++;
    for (const run of this.#running) run.interrupt();
  }

  /**
   * The first `samples` samples of a design's plan; `undefined` when it was interrupted before it had them.
   * @throws SpiceLabError what ended the run
   */
  async simulate(
    location: string,
    plan: Plan,
    samples: number,
    read: readonly string[],
  ): Promise<TrialAnswer | undefined> {
    if (this.interrupted) return undefined;
    const { backend, engine, confidence, onProgress, onNotice, signal } = this.#context;
    const wanted = samples * pointCount(plan);
    const store = await openStore(location);
    const run = startRun({
      plan,
      engine,
      store,
      backend,
      wanted,
      chunk: this.#chunk(wanted),
      confidence,
      signal,
      onEvent: (event) => {
        if (event.type === 'progress' || event.type === 'finished') onProgress(location, event.present);
        if (event.type === 'notice') onNotice(event.message);
      },
    });
    this.#running.add(run);
    try {
      if ((await run.result).kind === 'interrupted') return undefined;
    } finally {
      this.#running.delete(run);
    }
    const answer = await readColumns(await openResults(store), read, wanted);
    if (Number.isFinite(answer.seconds)) this.#seconds = answer.seconds;
    return answer;
  }

  #chunk(wanted: number): number | undefined {
    const { chunk, backend } = this.#context;
    if (chunk !== undefined || !(this.#seconds > 0)) return chunk;
    // short enough that the slots share the last design that is under way
    const share = Math.ceil(wanted / Math.max(1, backend.capabilities.slots));
    return Math.max(Math.min(16, wanted), Math.min(Math.floor(CHUNK_SECONDS / this.#seconds), share));
  }
}

/** The first rows of a run, as long as they are wanted. */
async function readColumns(results: Results, names: readonly string[], wanted: number): Promise<TrialAnswer> {
  const columns = new Map(names.map((name) => [name, new Float64Array(wanted)]));
  let rows = 0;
  let failed = 0;
  for await (const batch of results.batches(names)) {
    const taken = Math.min(batch.rows, wanted - rows);
    for (const [name, column] of columns) column.set(batch.columns.get(name)!.subarray(0, taken), rows);
    for (let row = 0; row < taken; row++) if (batch.status[row] !== OK) failed++;
    rows += taken;
    if (rows === wanted) break;
  }
  const simulated = results.sessions.reduce((sum, session) => sum + session.simulated, 0);
  const busy = results.sessions.reduce((sum, session) => sum + session.busySeconds, 0);
  return { columns, rows, failed, seconds: simulated > 0 ? busy / simulated : Number.NaN };
}
