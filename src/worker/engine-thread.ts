import { parentPort, workerData } from 'node:worker_threads';
import { SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import type { PartPayload } from '../protocol/index.ts';
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

  const obey = async (order: ToThread): Promise<FromThread> => {
    switch (order.type) {
      case 'load':
        progress.begin('loading', 1);
        try {
          return { type: 'loaded', planId: order.planId, engine: await simulator.load(order) };
        } catch (thrown) {
          return { type: 'refused', planId: order.planId, error: toSpiceLabError(thrown).toJSON() };
        }
      case 'run':
        progress.begin('running', order.chunk.end - order.chunk.start);
        try {
          return { type: 'part', chunk: order.chunk.id, part: await simulator.run(order.chunk) };
        } catch (thrown) {
          return { type: 'failed', chunk: order.chunk.id, error: toSpiceLabError(thrown).toJSON() };
        }
      case 'close':
        await simulator.close();
        return { type: 'closed' };
    }
  };

  let last = Promise.resolve();
  port.on('message', (order: ToThread) => {
    last = last.then(async () => {
      const answer = await obey(order);
      // before the answer, or who is told to stop at once is thought to be busy, and killed
      progress.end();
      port.postMessage(answer, answer.type === 'part' ? transferable(answer.part) : []);
    });
  });
}

/** Below this, copying takes less time than handing over. */
const LARGE_BYTES = 64 * 2 ** 10;

function transferable({ table, waveforms }: PartPayload): ArrayBuffer[] {
  return [table, waveforms].flatMap((array) =>
    array?.buffer instanceof ArrayBuffer && array.buffer.byteLength > LARGE_BYTES ? [array.buffer] : [],
  );
}
