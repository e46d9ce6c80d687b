import { workerFile } from '../backends/common/index.ts';
import { ERROR_CODES, toSpiceLabError } from '../errors/index.ts';
import {
  BATCH_EXIT,
  type BatchOutcome,
  decodeOutcome,
  encodeOutcome,
  outcomeKey,
  partKey,
  waveformKey,
} from '../protocol/index.ts';
import type { Store } from '../store.ts';
import { openStore } from '../stores/index.ts';
import { type Orders, readOrders } from './orders.ts';
import { patiently } from './patience.ts';
import { indexOf, whoIs } from './place.ts';
import { type Simulated, simulate } from './simulate.ts';

export interface BatchWorkerOptions {
  /** Location of the run's store, as it is seen from here. */
  readonly store: string;
  /** Which job of the run. */
  readonly job: string;
  /** Where the platform mounted the job's documents, where it did. */
  readonly folder?: string | undefined;
  /** Bytes of resident memory of the engine's process; a share of the container when absent. */
  readonly memory?: number | undefined;
  /** Aborted when the platform wants its machine back: the sample in hand is abandoned, what is being written is finished. */
  readonly signal: AbortSignal;
  /** Where the platform says which task this is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * One task of a batch job, from its orders to its part or its last words in the store.
 * @returns the exit code that tells the platform how it ended (`BATCH_EXIT`)
 */
export async function runBatchWorker(options: BatchWorkerOptions): Promise<number> {
  try {
    const index = indexOf(options.environment);
    const store = await openStore(options.store);
    const key = outcomeKey(options.job, index);
    const known = await patiently(() => store.read(key), options.signal);
    if (known) return exitCode(decodeOutcome(known));
    const simulated = await work(store, index, options);
    if (!simulated) return BATCH_EXIT.handedBack;
    await patiently(() => store.writeOnce(key, encodeOutcome(simulated.outcome)));
    tell(simulated.outcome);
    return exitCode(simulated.outcome);
  } catch (thrown) {
    if (options.signal.aborted) return BATCH_EXIT.handedBack;
    const error = toSpiceLabError(thrown);
    process.stderr.write(`${error.code}: ${error.message}\n${error.remedy ?? ''}\n`);
    return ERROR_CODES[error.code] === 'user' ? BATCH_EXIT.refused : BATCH_EXIT.failed;
  }
}

/** Simulates the chunk and writes its part; `undefined` when there was no time for it. */
async function work(
  store: Store,
  index: number,
  { job, folder, memory, signal, environment }: BatchWorkerOptions,
): Promise<Simulated | undefined> {
  const who = whoIs(environment);
  let orders: Orders;
  try {
    orders = await patiently(() => readOrders(store, job, index, folder), signal);
  } catch (thrown) {
    const error = toSpiceLabError(thrown);
    if (ERROR_CODES[error.code] === 'infrastructure') throw error;
    return { outcome: { type: 'failed', ...who, cause: 'error', error: error.toJSON() } };
  }
  const simulated = await simulate(orders, { who, workerFile: workerFile(), memory, signal });
  if (simulated?.part) {
    const { table, waveforms } = simulated.part;
    // Waveforms first: a table in the store says that everything of its samples is there.
    if (waveforms) await patiently(() => store.writeOnce(waveformKey(orders.chunk), waveforms));
    await patiently(() => store.writeOnce(partKey(orders.chunk), table));
  }
  return simulated;
}

function exitCode(outcome: BatchOutcome): number {
  if (outcome.type === 'part') return BATCH_EXIT.done;
  const refused = outcome.type === 'failed' && ERROR_CODES[outcome.error.code] === 'user';
  return refused ? BATCH_EXIT.refused : BATCH_EXIT.ended;
}

/** The task's log, for whoever looks at it where the platform keeps it. */
function tell(outcome: BatchOutcome): void {
  if (outcome.type === 'part')
    process.stdout.write(`${outcome.rows} samples in ${outcome.seconds.toFixed(3)} s of simulation\n`);
  else if (outcome.type === 'failed')
    process.stderr.write(`${outcome.error.code}: ${outcome.error.message}\n${outcome.error.remedy ?? ''}\n`);
  else process.stderr.write(`${outcome.detail}\n`);
}
