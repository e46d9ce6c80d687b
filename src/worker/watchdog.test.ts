import { describe, expect, it } from 'vitest';
import type { Progress } from './progress.ts';
import { judge } from './watchdog.ts';

const LIMITS = { sampleSeconds: 2, loadSeconds: 30, memory: 1000 };
const running = (done: number, inFlight: number, row = -1): Progress => ({
  doing: 'running',
  done,
  inFlight,
  since: 100,
  row,
});

describe('watchdog', () => {
  it('leaves an idle engine alone, however long and however large', () => {
    const idle: Progress = { doing: 'nothing', done: 0, inFlight: 0, since: 0, row: -1 };
    expect(judge(idle, 1e6, 1e6, LIMITS)).toEqual({ kind: 'fine' });
  });

  it('gives every sample in flight its time, and a second of grace', () => {
    expect(judge(running(0, 10), 120.9, 0, LIMITS)).toEqual({ kind: 'fine' });
    expect(judge(running(0, 10), 121.1, 0, LIMITS)).toEqual({ kind: 'timeout' });
  });

  it('names the sample that the engine was at, in whatever order it takes them', () => {
    expect(judge(running(7, 1, 3), 102.9, 0, LIMITS)).toEqual({ kind: 'fine' });
    expect(judge(running(7, 1, 3), 103.1, 0, LIMITS)).toEqual({ kind: 'timeout', suspect: 3 });
    expect(judge(running(7, 1, 3), 100, 1001, LIMITS)).toEqual({ kind: 'memory', suspect: 3 });
    expect(judge(running(0, 4), 100, 1001, LIMITS)).toEqual({ kind: 'memory' });
  });

  it('gives loading a time of its own', () => {
    const loading: Progress = { doing: 'loading', done: 0, inFlight: 1, since: 100, row: -1 };
    expect(judge(loading, 130, 0, LIMITS)).toEqual({ kind: 'fine' });
    expect(judge(loading, 131.1, 0, LIMITS)).toEqual({ kind: 'load-timeout' });
    expect(judge(loading, 100, 1001, LIMITS)).toEqual({ kind: 'memory' });
  });
});
