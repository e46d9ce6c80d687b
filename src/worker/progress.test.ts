import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createProgressMemory, monotonicSeconds, readProgress, writeProgress } from './progress.ts';

describe('progress', () => {
  it('tells the watchdog what the engine is at', () => {
    const memory = createProgressMemory();
    const writer = writeProgress(memory);
    expect(readProgress(memory).doing).toBe('nothing');
    const before = monotonicSeconds();
    writer.begin('running', 5);
    expect(readProgress(memory)).toMatchObject({ doing: 'running', done: 0, inFlight: 5 });
    writer.report(3, 1, 4);
    const progress = readProgress(memory);
    expect(progress).toMatchObject({ doing: 'running', done: 3, inFlight: 1, row: 4 });
    expect(progress.since).toBeGreaterThanOrEqual(before);
    expect(progress.since).toBeLessThanOrEqual(monotonicSeconds());
    writer.end();
    expect(readProgress(memory).doing).toBe('nothing');
  });

  it('never shows half of one report and half of the next', async () => {
    const memory = createProgressMemory();
    // The layout of `createProgressMemory`, written as fast as a thread can: done and inFlight always equal.
    const script = `
      const { workerData } = require('node:worker_threads');
      const counter = new Int32Array(workerData, 0, 1);
      const fields = new Float64Array(workerData, 8, 5);
      for (let i = 0; i < 3e6; i++) {
        Atomics.add(counter, 0, 1);
        fields[0] = 2; fields[1] = i; fields[2] = i; fields[3] = i;
        Atomics.add(counter, 0, 1);
      }`;
    const worker = new Worker(script, { eval: true, workerData: memory });
    let running = true;
    const ended = once(worker, 'exit').then(() => {
      running = false;
    });
    let looks = 0;
    while (running) {
      for (let i = 0; i < 1000; i++, looks++) {
        const { done, inFlight, since } = readProgress(memory);
        if (done !== inFlight || done !== since) throw new Error(`${done} ${inFlight} ${since}`);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
    expect(looks).toBeGreaterThan(1000);
  });
});
