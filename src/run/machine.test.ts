import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooser, HEALTHY, play, type World } from '../../test/fakes/play.ts';
import { initialState, step } from './machine.ts';
import type { RunState, Settings } from './state.ts';

const settings = (more: Partial<Settings> = {}): Settings => ({
  ceiling: 100,
  slots: 2,
  delivery: 'stream',
  maxChunksPerSubmit: 100,
  chunkSeconds: { least: 0.5, most: 2 },
  mixEngines: false,
  session: 's1',
  ...more,
});

const someOf = (ceiling: number, most: number) =>
  fc.uniqueArray(fc.nat(ceiling - 1), { maxLength: most }).map((list) => new Set(list));

const scenario = fc.integer({ min: 1, max: 300 }).chain((ceiling) =>
  fc.record({
    ceiling: fc.constant(ceiling),
    slots: fc.integer({ min: 1, max: 5 }),
    delivery: fc.constantFrom('stream' as const, 'store' as const),
    chunk: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
    maxChunksPerSubmit: fc.integer({ min: 1, max: 4 }),
    crashes: someOf(ceiling, 3),
    hangs: someOf(ceiling, 3),
    hogs: someOf(ceiling, 2),
    found: fc.array(
      fc
        .tuple(fc.nat(ceiling), fc.nat(40))
        .map(([start, length]) => ({ start, end: Math.min(ceiling, start + length) })),
      { maxLength: 5 },
    ),
    losses: fc.nat(15),
    seed: fc.nat(),
    interruptAfter: fc.option(fc.nat(60), { nil: undefined }),
  }),
);

const worldOf = (bad: Omit<World, 'score'>, score = HEALTHY.score): World => ({ ...bad, score });

describe('the run, whatever order parts, losses and interrupts come in', () => {
  it('gives every sample exactly one row, asks for nothing finished, and ends', () => {
    fc.assert(
      fc.property(scenario, ({ interruptAfter: _, seed, found, losses, ...rest }) => {
        const { crashes, hangs, hogs } = rest;
        const world = worldOf({ crashes, hangs, hogs });
        const kept = found.filter(
          ({ start, end }) => ![...crashes, ...hangs, ...hogs].some((s) => s >= start && s < end),
        );
        const { rows, outcome, state } = play({
          settings: settings(rest),
          world,
          choose: chooser(seed),
          found: kept,
          losses,
        });
        expect(outcome).toEqual({ kind: 'complete' });
        expect(rows.size).toBe(rest.ceiling);
        for (const [sample, status] of rows) {
          const bad = crashes.has(sample) || hangs.has(sample) || hogs.has(sample);
          expect(status !== 'ok').toBe(bad);
        }
        expect(state.statuses.reduce((sum, n) => sum + n, 0)).toBe(rest.ceiling);
      }),
      { numRuns: 300 },
    );
  });

  it('stops on the same prefix, and never asks for samples again that it has', () => {
    const rule = {
      kind: 'mean',
      text: 'mean(x) +-0.5',
      measurement: 'x',
      tolerance: { amount: 0.5, relative: false },
    } as const;
    const grid = { points: 1, replicates: 1, block: 1, doubling: false };
    const noise = chooser(5);
    const values = Array.from({ length: 2000 }, () => noise(1000) / 100);
    const world = worldOf(
      { crashes: new Set([17]), hangs: new Set([40]), hogs: new Set() },
      (k) => values[k]!,
    );
    const stop = { rule, confidence: 0.95, grid };
    const alone = play({ settings: settings({ ceiling: 2000, slots: 1, stop }), world, choose: () => 0 });
    expect(alone.outcome).toMatchObject({ kind: 'enough', rule: 'mean(x) +-0.5' });
    fc.assert(
      fc.property(scenario, ({ slots, chunk, found, losses, seed }) => {
        const { outcome } = play({
          settings: settings({ ceiling: 2000, slots, chunk, stop }),
          world,
          choose: chooser(seed),
          found: found.map(({ start, end }) => ({ start: start + 50, end: end + 50 })),
          losses,
        });
        expect(outcome).toEqual(alone.outcome);
      }),
      { numRuns: 100 },
    );
  });

  it('drains what is in flight when interrupted, and another session asks only for the rest', () => {
    fc.assert(
      fc.property(scenario, ({ interruptAfter, seed, losses, ceiling, slots, chunk }) => {
        const choose = chooser(seed);
        const options = settings({ ceiling, slots, chunk });
        const first = play({
          settings: options,
          world: HEALTHY,
          choose,
          losses,
          ...(interruptAfter === undefined ? {} : { interruptAfter }),
        });
        const found = [...first.state.present];
        const second = play({ settings: options, world: HEALTHY, choose, found });
        expect(second.outcome).toEqual({ kind: 'complete' });
        expect(second.rows.size).toBe(ceiling);
        expect(first.state.simulated + second.state.simulated).toBe(ceiling);
      }),
      { numRuns: 200 },
    );
  });
});

function begin(more: Partial<Settings> = {}) {
  let state: RunState = initialState(settings(more));
  const tell = (event: Parameters<typeof step>[1]) => {
    const [next, commands] = step(state, event);
    state = next;
    return commands;
  };
  const flying = () => [...state.flying.keys()];
  return { tell, flying, state: () => state, begun: tell({ type: 'begin', at: 0 }) };
}

describe('the run', () => {
  it('is complete at once when everything was there', () => {
    const { tell } = begin({ ceiling: 0 });
    expect(tell({ type: 'tick', at: 1 })).toEqual([]);
  });

  it('keeps two chunks per slot in flight once it knows its pace', () => {
    const run = begin({ ceiling: 10_000, slots: 3 });
    expect(run.flying()).toHaveLength(3);
    run.tell({ type: 'part', at: 1, chunk: 's1-1', start: 0, end: 4, seconds: 1, bytes: 10, statuses: [4] });
    expect(run.flying()).toHaveLength(6);
  });

  it('ends at once with an error that is the user’s to mend', () => {
    const run = begin();
    const error = { code: 'ENGINE_LOAD', message: 'no model nch' } as const;
    const commands = run.tell({ type: 'failed', at: 1, chunk: 's1-1', cause: 'error', error });
    expect(commands).toEqual([{ type: 'cancel' }, { type: 'finish', outcome: { kind: 'failed', error } }]);
  });

  it('ends after a bounded number of crashes when no chunk ever finishes', () => {
    const run = begin({ ceiling: 10_000 });
    let crashes = 0;
    while (run.state().phase !== 'stopped') {
      crashes++;
      run.tell({
        type: 'lost',
        at: crashes,
        chunk: run.flying()[0]!,
        reason: 'crash',
        detail: 'exit code 139',
      });
    }
    expect(crashes).toBeLessThan(30);
    expect(run.state().outcome).toMatchObject({ kind: 'failed', error: { code: 'WORKER_FAILED' } });
  });

  it('waits longer after every loss of the same samples and gives up after twenty', () => {
    const run = begin({ ceiling: 1, slots: 1 });
    const waits: number[] = [];
    let at = 0;
    while (run.state().phase !== 'stopped') {
      const commands = run.tell({ type: 'lost', at, chunk: run.flying()[0]!, reason: 'preempted' });
      const wake = commands.find((command) => command.type === 'wake');
      if (!wake) break;
      waits.push(wake.at - at);
      at = wake.at;
      run.tell({ type: 'tick', at });
    }
    expect(waits.slice(0, 4)).toEqual([0.25, 0.5, 1, 2]);
    expect(waits).toHaveLength(20);
    expect(Math.max(...waits)).toBe(30);
    expect(run.state().outcome).toMatchObject({ kind: 'failed', error: { code: 'BACKEND_FAILED' } });
  });

  it('does not blame a chunk that had not started when its worker crashed', () => {
    const run = begin({ ceiling: 8, slots: 1, chunk: 4 });
    run.tell({ type: 'started', at: 0, chunk: 's1-1' });
    run.tell({ type: 'lost', at: 0, chunk: 's1-2', reason: 'crash' });
    const retried = run.flying().map((id) => run.state().flying.get(id)!);
    expect(retried.find(({ start }) => start === 4)).toMatchObject({ end: 8, crashes: 0 });
  });

  it('refuses a worker with another version of the engine, unless told to mix', () => {
    const engine = { name: 'wasm', version: '45.2' };
    const other = { name: 'wasm', version: '46' };
    const strict = begin({ engine });
    expect(strict.tell({ type: 'worker', at: 0, engine })).toEqual([]);
    expect(strict.tell({ type: 'worker', at: 0, engine: other })).toMatchObject([
      { type: 'cancel' },
      { type: 'finish', outcome: { kind: 'failed', error: { code: 'ENGINE_MISMATCH' } } },
    ]);
    const lax = begin({ engine, mixEngines: true });
    expect(lax.tell({ type: 'worker', at: 0, engine: other })).toEqual([]);
  });

  it('stops at once at the second interrupt and after a broken store', () => {
    const run = begin();
    expect(run.tell({ type: 'interrupt', at: 1 })).toEqual([]);
    expect(run.tell({ type: 'interrupt', at: 2 })).toEqual([
      { type: 'cancel' },
      { type: 'finish', outcome: { kind: 'interrupted' } },
    ]);
    const error = { code: 'STORE_FULL', message: 'no space' } as const;
    expect(begin().tell({ type: 'broken', at: 1, error })).toContainEqual({
      type: 'finish',
      outcome: { kind: 'failed', error },
    });
  });
});

describe('a chunk that is late', () => {
  /** Chunks of four samples that take a second; the first has ended, two are under way, nothing else is left. */
  function last(more: Partial<Settings> = {}) {
    const run = begin({ ceiling: 12, slots: 4, chunk: 4, secondAttempts: true, ...more });
    for (const chunk of ['s1-1', 's1-2', 's1-3']) run.tell({ type: 'started', at: 0, chunk });
    run.tell(part('s1-1', 0, 1));
    return run;
  }
  const part = (chunk: string, start: number, at: number) =>
    ({ type: 'part', at, chunk, start, end: start + 4, seconds: 1, bytes: 10, statuses: [4] }) as const;

  it('is asked for a second time, once; the attempt that is not needed is dropped', () => {
    const run = last();
    expect(run.tell({ type: 'tick', at: 4.9 })).toEqual([{ type: 'wake', at: 5 }]);
    const commands = run.tell({ type: 'tick', at: 5 });
    expect(commands).toContainEqual({
      type: 'submit',
      chunks: [
        { id: 's1-4', start: 4, end: 8 },
        { id: 's1-5', start: 8, end: 12 },
      ],
    });
    expect(run.tell({ type: 'tick', at: 6 }).filter(({ type }) => type === 'submit')).toEqual([]);
    expect(run.tell(part('s1-4', 4, 7))).toContainEqual({ type: 'drop', chunks: ['s1-2'] });
    expect(run.tell(part('s1-2', 4, 7))).not.toContainEqual({ type: 'finish', outcome: expect.anything() });
    expect(run.tell(part('s1-3', 8, 8))).toEqual([
      { type: 'drop', chunks: ['s1-5'] },
      { type: 'finish', outcome: { kind: 'complete' } },
    ]);
    expect(run.state().simulated).toBe(12);
  });

  it('is waited for where the backend cannot drop a chunk, and where its part is being stored', () => {
    const patient = last({ secondAttempts: false });
    expect(patient.tell({ type: 'tick', at: 1000 })).toEqual([]);
    const run = last();
    run.tell({ type: 'arrived', at: 2, chunk: 's1-2' });
    run.tell({ type: 'arrived', at: 2, chunk: 's1-3' });
    expect(run.tell({ type: 'tick', at: 1000 })).toEqual([{ type: 'wake', at: 1005 }]);
  });

  it('is left to the other attempt when the machine of one is taken away', () => {
    const run = last();
    run.tell({ type: 'tick', at: 5 });
    run.tell({ type: 'lost', at: 6, chunk: 's1-2', reason: 'preempted' });
    expect(run.flying()).toEqual(['s1-3', 's1-4', 's1-5']);
    expect(run.state().retries).toEqual([]);
  });

  it('is judged by the attempt that fails first', () => {
    const run = last();
    run.tell({ type: 'tick', at: 5 });
    run.tell({ type: 'started', at: 5, chunk: 's1-4' });
    const commands = run.tell({ type: 'lost', at: 6, chunk: 's1-4', reason: 'memory' });
    expect(commands).toContainEqual({ type: 'drop', chunks: ['s1-2'] });
    expect(run.flying().map((id) => run.state().flying.get(id)!.start)).toEqual([8, 8, 4, 6]);
  });

  it('is not waited for by a run that is to end', () => {
    const run = last();
    run.tell({ type: 'interrupt', at: 2 });
    expect(run.tell({ type: 'tick', at: 5 })).toEqual([
      { type: 'drop', chunks: ['s1-2', 's1-3'] },
      { type: 'finish', outcome: { kind: 'interrupted' } },
    ]);
  });

  it('gives the only slot back when its worker hangs', () => {
    const run = begin({ ceiling: 12, slots: 1, chunk: 4, secondAttempts: true });
    run.tell({ type: 'started', at: 0, chunk: 's1-1' });
    run.tell(part('s1-1', 0, 1));
    run.tell({ type: 'started', at: 1, chunk: 's1-2' });
    expect(run.tell({ type: 'tick', at: 21 })).toContainEqual({
      type: 'submit',
      chunks: [{ id: 's1-4', start: 4, end: 8 }],
    });
    expect(run.tell({ type: 'tick', at: 61 })).toContainEqual({ type: 'drop', chunks: ['s1-2'] });
    expect(run.flying()).toEqual(['s1-3', 's1-4']);
  });

  it('is given up where every slot is held by one that never began', () => {
    const run = begin({ ceiling: 8, slots: 2, chunk: 4, secondAttempts: true });
    expect(run.tell({ type: 'tick', at: 1199 }).filter(({ type }) => type === 'submit')).toEqual([]);
    run.tell({ type: 'tick', at: 1200 });
    expect(run.flying()).toEqual(['s1-1', 's1-2', 's1-3']);
  });

  it('comes to its end however slow it is, because each attempt is given more time', () => {
    const run = last({ ceiling: 8 });
    const seconds = 1000;
    let at = 5;
    const began = new Map(run.flying().map((id) => [id, 0]));
    while (run.state().phase !== 'stopped') {
      run.tell({ type: 'tick', at });
      for (const chunk of run.flying()) {
        if (!began.has(chunk)) run.tell({ type: 'started', at, chunk });
        began.set(chunk, began.get(chunk) ?? at);
      }
      for (const chunk of run.flying()) if (at - began.get(chunk)! >= seconds) run.tell(part(chunk, 4, at));
      at += 1;
    }
    expect(at).toBeLessThan(4 * seconds);
    expect(began.size).toBeLessThan(12);
  });
});
