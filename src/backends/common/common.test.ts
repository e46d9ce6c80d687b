import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../backend.ts';
import { Deque, JobEvents, Tail } from './index.ts';

describe('deque', () => {
  it('does what an array does', () => {
    const action = fc.oneof(fc.constant('shift'), fc.nat(), fc.integer({ max: -1 }));
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.array(action, { maxLength: 60 }), (start, actions) => {
        const deque = new Deque(start);
        const array = [...start];
        for (const what of actions) {
          if (what === 'shift') expect(deque.shift()).toBe(array.shift());
          else if (typeof what === 'number' && what >= 0) {
            deque.push(what);
            array.push(what);
          } else if (typeof what === 'number') {
            deque.unshift(what);
            array.unshift(what);
          }
          expect(deque.length).toBe(array.length);
        }
        for (const item of array) expect(deque.shift()).toBe(item);
      }),
    );
  });

  it('gives back in order what passed through it in thousands', () => {
    const deque = new Deque<number>();
    for (let i = 0, out = 0; i < 20_000; i++) {
      deque.push(i);
      if (i % 3 > 0) expect(deque.shift()).toBe(out++);
    }
  });
});

describe('job events', () => {
  const part = (chunk: string, bytes: number): JobEvent => ({
    type: 'part',
    chunk,
    worker: 'w',
    part: { table: new Uint8Array(bytes), rows: 1, seconds: 0, checksum: '' },
  });

  it('hold dispatch back while the watcher is behind, and say when it has caught up', async () => {
    let drained = 0;
    const events = new JobEvents(() => drained++);
    for (let i = 0; i < 5; i++) events.add(part(`c${i}`, 2 ** 24));
    events.add({ type: 'done' });
    expect(events.congested).toBe(true);
    const seen: string[] = [];
    for await (const event of events.take(undefined)) seen.push(event.type);
    expect(seen).toEqual(['part', 'part', 'part', 'part', 'part', 'done']);
    expect(events.congested).toBe(false);
    expect(drained).toBe(1);
  });

  it('wake a watcher that waits', async () => {
    const events = new JobEvents(() => undefined);
    const watching = (async () => {
      let count = 0;
      for await (const _ of events.take(undefined)) count++;
      return count;
    })();
    await Promise.resolve();
    events.add({ type: 'started', chunk: 'c', worker: 'w' });
    await Promise.resolve();
    events.add({ type: 'done' });
    expect(await watching).toBe(2);
  });

  it('let a waiting watcher go when its signal is aborted', async () => {
    const leave = new AbortController();
    const watching = new JobEvents(() => undefined).take(leave.signal).next();
    leave.abort();
    expect((await watching).done).toBe(true);
  });
});

describe('tail', () => {
  it('keeps the last lines, none of them endless', () => {
    const tail = new Tail();
    for (let i = 0; i < 5000; i++) tail.add(`line ${i}\n`);
    tail.add('x'.repeat(1000));
    const lines = tail.last(3).split('\n');
    expect(lines.slice(0, 2)).toEqual(['line 4998', 'line 4999']);
    expect(lines[2]!.length).toBeLessThan(400);
  });
});
