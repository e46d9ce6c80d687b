import { spawnWorker, WorkerProcess } from '../backends/common/index.ts';
import { type SerializedError, SpiceLabError } from '../errors/index.ts';
import { type BatchOutcome, type FromWorker, type PartPayload, partPayload } from '../protocol/index.ts';
import { killedForMemory, memoryForEngine, peakMemory } from './memory.ts';
import type { Orders } from './orders.ts';

/** How a chunk ended, and the part where there is one. */
export interface Simulated {
  readonly outcome: BatchOutcome;
  readonly part?: PartPayload;
}

export interface SimulateMeans {
  readonly who: { readonly worker: string; readonly host: string };
  readonly workerFile: string;
  /** Bytes of resident memory of the engine's process; a share of the container when absent. */
  readonly memory?: number | undefined;
  readonly signal: AbortSignal;
}

const STOP_MILLISECONDS = 1000;

/**
 * Simulates a chunk in a worker process of its own, so that whatever an engine does to its process, somebody is left to tell.
 * @returns `undefined` when the signal was aborted first
 */
export async function simulate(orders: Orders, means: SimulateMeans): Promise<Simulated | undefined> {
  const { who, signal } = means;
  const { chunk, job, plan } = orders;
  const killedBefore = killedForMemory();
  const child = spawnWorker(means.workerFile);
  const failed = (
    cause: 'timeout' | 'memory' | 'error',
    error: SerializedError,
    suspect?: number,
  ): Simulated => ({
    outcome: { type: 'failed', ...who, cause, error, ...(suspect === undefined ? {} : { suspect }) },
  });
  return new Promise((resolve) => {
    const answered = (message: FromWorker, payloads: readonly Uint8Array[]): Simulated | undefined => {
      if (message.type === 'refused') return failed('error', message.error);
      if (message.type === 'failed') return failed(message.cause, message.error, message.suspect);
      if (message.type !== 'part' || !worker.engine) return undefined;
      const { seconds, rows } = message;
      const memory = peakMemory(worker.pid) + process.memoryUsage.rss();
      return {
        outcome: { type: 'part', ...who, engine: worker.engine, seconds, rows, memory },
        part: partPayload(message, payloads),
      };
    };
    const worker = new WorkerProcess(child, {
      message: (message, payloads) => {
        if (message.type === 'ready')
          worker.load({ plan, engine: job.engine }, means.memory ?? memoryForEngine());
        if (message.type === 'loaded') worker.run(chunk);
        const answer = answered(message, payloads);
        if (!answer) return;
        resolve(answer);
        void worker.stop(STOP_MILLISECONDS);
      },
      ended: (how) => {
        const detail = `the engine's process ${how}:\n${worker.printed}`;
        const reason = killedForMemory() > killedBefore ? 'memory' : 'crash';
        if (signal.aborted) resolve(undefined);
        // before it had loaded anything, so it is not the chunk's doing
        else if (!worker.engine)
          resolve(failed('error', new SpiceLabError('BACKEND_FAILED', detail).toJSON()));
        else resolve({ outcome: { type: 'lost', ...who, reason, detail } });
      },
    });
    const give = () => {
      worker.kill();
      resolve(undefined);
    };
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
  });
}
