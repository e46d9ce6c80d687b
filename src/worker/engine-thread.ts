import { parentPort, workerData } from 'node:worker_threads';
import { SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import { findEngine } from './find-engine.ts';
import { writeProgress } from './progress.ts';
import { Simulator } from './simulator.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

/** The engine's side of a worker: takes orders one after the other, and may block as long as it likes. */
export function runEngineThread(): void {
  const port = parentPort;
  const memory: unknown = workerData;
  if (!port || !(memory instanceof SharedArrayBuffer))
    throw new SpiceLabError('INTERNAL', 'the engine thread was not started by a worker');
  const progress = writeProgress(memory);
  const simulator = new Simulator(findEngine, progress.report);
  const answer = (message: FromThread, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);

  const obey = async (order: ToThread): Promise<void> => {
    switch (order.type) {
      case 'load':
        progress.begin('loading', 1);
        try {
          answer({ type: 'loaded', planId: order.planId, engine: await simulator.load(order) });
        } catch (thrown) {
          answer({ type: 'refused', planId: order.planId, error: toSpiceLabError(thrown).toJSON() });
        }
        return;
      case 'run':
        progress.begin('running', order.chunk.end - order.chunk.start);
        try {
          const part = await simulator.run(order.chunk);
          answer({ type: 'part', chunk: order.chunk.id, part }, transferable([part.table, part.waveforms]));
        } catch (thrown) {
          answer({ type: 'failed', chunk: order.chunk.id, error: toSpiceLabError(thrown).toJSON() });
        }
        return;
      case 'close':
        await simulator.close();
        answer({ type: 'closed' });
        return;
    }
  };

  let last = Promise.resolve();
  port.on('message', (order: ToThread) => {
    last = last.then(() => obey(order)).finally(progress.end);
  });
}

/** Below this, copying takes less time than handing over. */
const LARGE_BYTES = 64 * 2 ** 10;

function transferable(arrays: readonly (Uint8Array | undefined)[]): ArrayBuffer[] {
  return arrays.flatMap((array) =>
    array?.buffer instanceof ArrayBuffer && array.buffer.byteLength > LARGE_BYTES ? [array.buffer] : [],
  );
}
