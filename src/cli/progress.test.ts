import { PassThrough } from 'node:stream';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../run/events.ts';
import { duration, jsonLines, liveLine, plainLines } from './progress.ts';

function streams() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const written = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return {
    stdout,
    stderr,
    written,
    interactive: true,
    width: 100,
    color: false,
    colors: pc.createColors(false),
  };
}

const progress = (seconds: number, present: number): RunEvent => ({
  type: 'progress',
  seconds,
  present,
  wanted: 1000,
  rate: 250,
  etaSeconds: (1000 - present) / 250,
  failures: { convergence: 2 },
  losses: 1,
  workersUp: 2,
  estimates: [{ name: 'yield', value: 0.975, low: 0.95, high: 0.99 }],
});

describe('progress', () => {
  it('a person sees one line with rate, time left, yield with its interval and failures by code', () => {
    const to = streams();
    liveLine(to).show(progress(1, 500));
    const line = to.written(to.stderr);
    for (const part of [
      '500/1000',
      '250/s',
      '2 s left',
      'yield 97.5 % (95.0 to 99.0)',
      '2 convergence',
      '1 chunks tried again',
    ])
      expect(line).toContain(part);
    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThan(100 + 5);
  });

  it('a log gets a line every ten seconds at most', () => {
    const to = streams();
    const view = plainLines(to);
    for (let second = 0; second <= 20; second++) view.show(progress(second, second * 10));
    expect(to.written(to.stderr).trim().split('\n')).toHaveLength(3);
  });

  it('a look that lies beyond the last sample is not promised', () => {
    const to = streams();
    const rule = { rule: 'yield +-1%', value: 0.9, low: 0.88, high: 0.92, nextLookAt: 13013 };
    plainLines(to).show({ ...progress(0, 5), rule } as RunEvent);
    plainLines(to).show({ ...progress(0, 5), rule: { ...rule, nextLookAt: 570 } } as RunEvent);
    const told = to.written(to.stderr);
    expect(told).toContain('yield +-1%: no look left before the end');
    expect(told).toContain('yield +-1%: next look at 570');
  });

  it('an interrupt is answered once, where it is heard', () => {
    const to = streams();
    const draining: RunEvent = { type: 'draining', chunks: 2, message: 'finishing 2 chunks' };
    liveLine(to).show(draining);
    plainLines(to).show(draining);
    expect(to.written(to.stderr)).toBe('');
  });

  it('machines get every event as a JSON line on standard output', () => {
    const to = streams();
    jsonLines(to).show(progress(1, 5));
    expect(JSON.parse(to.written(to.stdout))).toMatchObject({ type: 'progress', present: 5 });
    expect(to.written(to.stderr)).toBe('');
  });

  it('a notice does not tear the progress line', () => {
    const to = streams();
    const view = liveLine(to);
    view.show(progress(1, 5));
    view.show({ type: 'notice', message: 'sample 7 crashed its worker' });
    expect(to.written(to.stderr)).toMatch(/\r\x1b\[2Ksample 7 crashed its worker\n$/);
  });

  it.each([
    [8.2, '8 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
  ])('%s seconds read as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
