import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InlineBackend, type Mishap } from '../../test/fakes/inline-backend.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { chooser } from '../../test/fakes/play.ts';
import { start, tableOf, undisturbed } from '../../test/fakes/runs.ts';
import { resumeRun } from './driver.ts';
import type { RunEvent } from './events.ts';
import { openResults } from './open-results.ts';

describe('a run that was disturbed', () => {
  it('continues from whatever a kill left, simulates nothing again, and ends with the same table', async () => {
    const expected = await undisturbed(80);
    // Every store as it was after each write of a run: any instant at which a kill may come.
    const instants: MemoryStore[] = [];
    class Watched extends MemoryStore {
      override async writeOnce(key: string, bytes: Uint8Array) {
        const written = await super.writeOnce(key, bytes);
        instants.push(this.copy());
        return written;
      }
    }
    await start(new Watched(), { wanted: 80, chunk: 9 }).result;
    expect(instants.length).toBeGreaterThan(10);
    for (const store of instants) {
      for (const key of store.keys('lock/')) {
        const lease = JSON.parse(new TextDecoder().decode(store.objects.get(key)));
        store.objects.set(key, new TextEncoder().encode(JSON.stringify({ ...lease, pid: 2 ** 22 + 1 })));
      }
      const there = store.keys('parts/').length;
      const backend = new InlineBackend();
      await start(store, { wanted: 80, chunk: 9, backend }).result;
      expect(backend.asked).toHaveLength(9 - there);
      expect(await tableOf(store)).toEqual(expected);
      const { sessions } = await openResults(store);
      expect(sessions.reduce((sum, session) => sum + session.simulated, 0)).toBe(80);
    }
  });

  it('gives the same table whatever workers are lost on the way', async () => {
    const expected = await undisturbed(64);
    const reasons = ['preempted', 'unreachable', 'crash'] as const;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const choose = chooser(seed);
        let left = 3;
        const mishap = (): Mishap => {
          if (left === 0 || choose(3) > 0) return undefined;
          left--;
          return choose(4) === 0 ? { type: 'corrupt' } : { type: 'lost', reason: reasons[choose(3)]! };
        };
        const store = new MemoryStore();
        const outcome = await start(store, { wanted: 64, chunk: 8, inline: { mishap } }).result;
        expect(outcome).toEqual({ kind: 'complete' });
        expect(await tableOf(store)).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });

  it('records the one sample that kills its workers, and finishes the others', async () => {
    const store = new MemoryStore();
    const mishap = ({ start: from, end }: { start: number; end: number }): Mishap =>
      from <= 41 && 41 < end ? { type: 'lost', reason: 'crash', detail: 'exit code 139' } : undefined;
    expect(await start(store, { chunk: 25, inline: { mishap } }).result).toEqual({ kind: 'complete' });
    const results = await openResults(store);
    for await (const batch of results.batches(['x', 'sum'])) {
      expect([...batch.status].flatMap((status, row) => (status === 0 ? [] : [[row, status]]))).toEqual([
        [41, 7],
      ]);
      expect(batch.messages.get(41)).toBe('exit code 139');
      expect(batch.columns.get('sum')![41]).toBeNaN();
      expect(Number.isFinite(batch.columns.get('x')![41]!)).toBe(true);
    }
  });

  it('ends with the error that the user has to mend, recorded as a failure', async () => {
    const store = new MemoryStore();
    const error = { code: 'ENGINE_LOAD', message: 'no model nch', remedy: 'Include it.' } as const;
    const mishap = (): Mishap => ({ type: 'failed', cause: 'error', error });
    await expect(start(store, { inline: { mishap } }).result).rejects.toMatchObject(error);
    expect((await openResults(store)).sessions[0]!.outcome).toEqual({
      kind: 'failed',
      message: 'no model nch',
    });
    expect(store.keys('lock/')).toEqual([]);
  });

  it('stops cleanly when the disk is full, and continues when there is room again', async () => {
    const store = new MemoryStore();
    store.room = 7;
    await expect(start(store, { chunk: 10 }).result).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(store.keys('lock/')).toEqual([]);
    store.room = Number.POSITIVE_INFINITY;
    const backend = new InlineBackend();
    await resumeRun({ store, backend }).result;
    expect(backend.asked.length).toBeLessThan(10);
    expect(await tableOf(store)).toEqual(await undisturbed(100));
  });

  it('sets damaged parts aside and simulates just their samples again', async () => {
    const store = new MemoryStore();
    await start(store, { chunk: 10 }).result;
    const key = 'parts/000000000020-000000000030.parquet';
    store.objects.set(key, store.objects.get(key)!.slice(0, 300));
    await expect(tableOf(store)).rejects.toMatchObject({ code: 'PART_CORRUPT' });
    const events: RunEvent[] = [];
    const backend = new InlineBackend();
    await resumeRun({ store, backend, onEvent: (event) => events.push(event) }).result;
    expect(backend.asked).toMatchObject([{ start: 20, end: 30 }]);
    expect(store.keys('bad/')).toEqual(['bad/000000000020-000000000030.parquet']);
    expect(events).toContainEqual({ type: 'notice', message: expect.stringContaining('bad/') });
    expect(await tableOf(store)).toEqual(await undisturbed(100));
  });

  it('reads overlapping parts once', async () => {
    const store = new MemoryStore();
    await start(store, { chunk: 10 }).result;
    const other = new MemoryStore();
    await start(other, { chunk: 35 }).result;
    for (const key of other.keys('parts/')) store.objects.set(key, other.objects.get(key)!);
    expect(await tableOf(store)).toEqual(await undisturbed(100));
    expect(await openResults(store)).toMatchObject({ present: 100 });
    const backend = new InlineBackend();
    await resumeRun({ store, backend }).result;
    expect(backend.asked).toEqual([]);
  });
});

describe('an interrupt', () => {
  it('finishes the chunks in flight, then ends; resume does the rest', async () => {
    const store = new MemoryStore();
    let seen = 0;
    const before = () => {
      if (++seen === 4) run.interrupt();
    };
    const run = start(store, { chunk: 5, inline: { before } });
    expect(await run.result).toEqual({ kind: 'interrupted' });
    const { present } = await openResults(store);
    expect(present).toBeGreaterThanOrEqual(20);
    expect(present).toBeLessThan(100);
    await resumeRun({ store, backend: new InlineBackend() }).result;
    expect(await tableOf(store)).toEqual(await undisturbed(100));
  });

  it('that comes twice, or as a signal, ends the run at once', async () => {
    for (const stop of ['twice', 'signal'] as const) {
      const store = new MemoryStore();
      const controller = new AbortController();
      const before = () => {
        if (stop === 'signal') return controller.abort();
        run.interrupt();
        run.interrupt();
      };
      const run = start(store, { chunk: 5, inline: { before }, signal: controller.signal });
      expect(await run.result).toEqual({ kind: 'interrupted' });
      expect(await openResults(store)).toMatchObject({ present: 0 });
    }
  });
});
