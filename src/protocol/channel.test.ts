import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openChannel } from './channel.ts';
import { encodeFrame } from './frames.ts';
import { type FromWorker, fromWorkerSchema, type ToWorker, toWorkerSchema } from './messages.ts';

function pair(highWaterMark?: number) {
  const options = highWaterMark === undefined ? {} : { highWaterMark };
  const down = new PassThrough(options);
  const up = new PassThrough(options);
  return {
    down,
    up,
    coordinator: openChannel<FromWorker, ToWorker>(up, down, fromWorkerSchema),
    worker: openChannel<ToWorker, FromWorker>(down, up, toWorkerSchema),
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const run = (i: number): ToWorker => ({ type: 'run', chunk: { id: `c${i}`, start: i, end: i + 1 } });

describe('channel', () => {
  it('carries messages with their payloads in order', async () => {
    const { coordinator, worker, up } = pair();
    const error = { code: 'ENGINE_LOAD', message: 'no' } as const;
    await worker.send({ type: 'refused', planId: 'p', error });
    await worker.send({ type: 'part', chunk: 'c', rows: 1, seconds: 0.5, checksum: 'x' }, [
      Uint8Array.of(1, 2),
    ]);
    up.end();
    const received = await collect(coordinator.messages());
    expect(received.map(({ message }) => message.type)).toEqual(['refused', 'part']);
    expect([...received[1]!.payloads[0]!]).toEqual([1, 2]);
  });

  it('refuses a message that is not of the protocol', async () => {
    const { down, worker } = pair();
    for (const piece of encodeFrame({ type: 'run', chunk: { id: 'c', start: -1, end: 2 } }))
      down.write(piece);
    await expect(collect(worker.messages())).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });

  it('refuses an error whose code no release knows', async () => {
    const { up, coordinator } = pair();
    const error = { code: 'NO_SUCH_CODE', message: '' };
    for (const piece of encodeFrame({ type: 'refused', planId: 'p', error })) up.write(piece);
    await expect(collect(coordinator.messages())).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });

  it('holds the sender back until the other side reads', async () => {
    const { coordinator, worker, down } = pair(64);
    let sent = 0;
    const sending = (async () => {
      for (let i = 0; i < 50; i++) if (await coordinator.send(run(i))) sent++;
      down.end();
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBeLessThan(10);
    expect(await collect(worker.messages())).toHaveLength(50);
    await sending;
    expect(sent).toBe(50);
  });

  it('says that the other side is gone instead of failing', async () => {
    const { coordinator, down } = pair();
    down.destroy(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    expect(await coordinator.send(run(0))).toBe(false);
  });

  it('takes a stream that breaks for one that ends', async () => {
    const { coordinator, worker, up } = pair();
    await worker.send({ type: 'started', chunk: 'c' });
    const messages = coordinator.messages()[Symbol.asyncIterator]();
    expect((await messages.next()).done).toBe(false);
    up.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expect((await messages.next()).done).toBe(true);
  });
});
