import { hostname } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InlineBackend, type InlineOptions, type Mishap } from '../../test/fakes/inline-backend.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { formulaPlan } from '../../test/fakes/plans.ts';
import { chooser } from '../../test/fakes/play.ts';
import type { JobEvent, JobRef } from '../backend.ts';
import { planDocument } from '../plan/identity.ts';
import { resumeRun, startRun } from './driver.ts';
import type { RunEvent } from './events.ts';
import { openResults } from './open-results.ts';
import { partKey } from './parts.ts';
import { readRecords } from './records.ts';
import type { Results } from './results.ts';
import { readStoppingRule } from './rule.ts';
import type { StartOptions } from './run-options.ts';

const engine = { name: 'formula', options: {} };
const readQuantity = (text: string) => {
  const relative = text.endsWith('%');
  const amount = Number(relative ? text.slice(0, -1) : text) * (relative ? 0.01 : 1);
  return Number.isFinite(amount) ? { amount, relative } : undefined;
};

const start = (store: MemoryStore, more: Partial<StartOptions> & { inline?: InlineOptions } = {}) =>
  startRun({
    plan: formulaPlan(),
    store,
    backend: new InlineBackend(more.inline),
    engine,
    wanted: 100,
    ...more,
  });

async function table(results: Results) {
  const rows: number[][] = [];
  for await (const batch of results.batches()) {
    const columns = [...batch.columns.values()];
    for (let row = 0; row < batch.rows; row++)
      rows.push([batch.samples[row]!, batch.status[row]!, ...columns.map((column) => column[row]!)]);
  }
  return rows;
}

async function tableOf(store: MemoryStore) {
  return table(await openResults(store));
}

async function undisturbed(wanted: number) {
  const store = new MemoryStore();
  await start(store, { wanted }).result;
  return tableOf(store);
}

describe('a run', () => {
  it('simulates what was wanted, says how it went, and leaves no lock behind', async () => {
    const store = new MemoryStore();
    const events: RunEvent[] = [];
    const outcome = await start(store, { onEvent: (event) => events.push(event) }).result;
    expect(outcome).toEqual({ kind: 'complete' });
    const results = await openResults(store);
    expect(results).toMatchObject({ wanted: 100, present: 100, counted: 100, engine: { name: 'formula' } });
    expect((await tableOf(store)).map(([sample]) => sample)).toEqual(
      Array.from({ length: 100 }, (_, k) => k),
    );
    expect(events[0]).toMatchObject({ type: 'started', why: 'created', wanted: 100, present: 0 });
    expect(events.at(-1)).toMatchObject({ type: 'finished', simulated: 100, statuses: { ok: 100 } });
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
    expect(store.keys('lock/')).toEqual([]);
    expect(results.sessions).toMatchObject([{ simulated: 100, outcome: { kind: 'complete' } }]);
  });

  it('of the same plan again reuses every part, and more samples extend it', async () => {
    const store = new MemoryStore();
    await start(store).result;
    const again = new InlineBackend();
    expect(await start(store, { backend: again }).result).toEqual({ kind: 'complete' });
    expect(again.asked).toEqual([]);
    const more = new InlineBackend();
    await resumeRun({ store, backend: more, wanted: 250 }).result;
    expect(more.simulated.get((await openResults(store)).planId)!.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 150 }, (_, k) => 100 + k),
    );
    expect(await tableOf(store)).toEqual(await undisturbed(250));
  });

  it('gives the same bits whatever the chunks and the workers', async () => {
    const expected = await undisturbed(60);
    for (const [chunk, slots] of [
      [1, 3],
      [7, 1],
      [60, 2],
    ] as const) {
      const store = new MemoryStore();
      await start(store, { wanted: 60, chunk, inline: { slots } }).result;
      expect(await tableOf(store)).toEqual(expected);
    }
  });

  it('refuses a folder that holds another study', async () => {
    const store = new MemoryStore();
    await start(store).result;
    const other = formulaPlan({ title: 'another' });
    await expect(start(store, { plan: other }).result).rejects.toMatchObject({
      code: 'RUN_MISMATCH',
      remedy: expect.stringContaining('--out'),
    });
  });

  it('refuses a run that a living process works on, and takes over from a dead one', async () => {
    const store = new MemoryStore();
    const lease = { token: 't', host: hostname(), pid: process.pid, since: '2026-01-01T00:00:00.000Z' };
    await store.writeOnce('lock/000003.json', new TextEncoder().encode(JSON.stringify(lease)));
    await expect(start(store).result).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await store.delete('lock/000003.json');
    const dead = JSON.stringify({ ...lease, pid: 2 ** 22 + 1 });
    await store.writeOnce('lock/000003.json', new TextEncoder().encode(dead));
    expect(await start(store).result).toEqual({ kind: 'complete' });
    expect(store.keys('lock/')).toEqual([]);
  });

  it('lets only one of two starts at the same moment in', async () => {
    const store = new MemoryStore();
    let letGo = (): void => {};
    const refused = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const inline = { before: () => refused };
    const runs = [start(store, { inline }), start(store, { inline })];
    const both = await Promise.allSettled(runs.map(({ result }) => result.finally(letGo)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await tableOf(store)).toEqual(await undisturbed(100));
  });

  it('does not know a run where there is none', async () => {
    const backend = new InlineBackend();
    await expect(resumeRun({ store: new MemoryStore(), backend }).result).rejects.toMatchObject({
      code: 'RUN_UNREADABLE',
    });
    await expect(openResults(new MemoryStore())).rejects.toMatchObject({ code: 'RUN_UNREADABLE' });
  });

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

  it('refuses another version of the engine when it resumes, unless told to mix', async () => {
    const store = new MemoryStore();
    await start(store, { wanted: 50 }).result;
    const newer = () => new InlineBackend({ identity: { name: 'formula', version: '2' } });
    await expect(resumeRun({ store, backend: newer(), wanted: 60 }).result).rejects.toMatchObject({
      code: 'ENGINE_MISMATCH',
    });
    expect(await openResults(store)).toMatchObject({ present: 50, wanted: 60 });
    const mixed = resumeRun({ store, backend: newer(), wanted: 60, mixEngines: true });
    expect(await mixed.result).toEqual({ kind: 'complete' });
  });
});

describe('a backend whose workers write to the store', () => {
  class StoringBackend extends InlineBackend {
    constructor(private readonly store: MemoryStore) {
      super();
    }

    override async *watch(ref: JobRef, signal?: AbortSignal): AsyncIterable<JobEvent> {
      for await (const event of super.watch(ref, signal)) {
        if (event.type !== 'part' || !event.part) {
          yield event;
          continue;
        }
        const { start: from, end } = this.asked.find(({ id }) => id === event.chunk)!;
        // The first worker says that it wrote its part, and did not.
        if (this.asked.length > 1 || from > 0)
          await this.store.writeOnce(partKey({ start: from, end }), event.part.table);
        yield { type: 'part', chunk: event.chunk, worker: event.worker };
      }
    }
  }

  it('has its parts read and checked there', async () => {
    const store = new MemoryStore();
    const backend = new StoringBackend(store);
    expect(await start(store, { wanted: 50, chunk: 50, backend }).result).toEqual({ kind: 'complete' });
    expect(backend.asked).toHaveLength(2);
    expect(await tableOf(store)).toEqual(await undisturbed(50));
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

describe('a stopping rule', () => {
  const until = readStoppingRule('mean(sum) +-0.2', formulaPlan(), readQuantity);

  it('stops on the same prefix whatever the chunks and workers, and statistics are over that prefix', async () => {
    const prefixes = new Set<number>();
    for (const [chunk, slots] of [
      [10, 1],
      [33, 4],
      [undefined, 2],
    ] as const) {
      const store = new MemoryStore();
      const outcome = await start(store, { wanted: 100_000, until, chunk, inline: { slots } }).result;
      if (outcome.kind !== 'enough') throw new Error(`ended ${outcome.kind}`);
      prefixes.add(outcome.samples);
      const results = await openResults(store);
      expect(results.counted).toBe(outcome.samples);
      expect(await results.column('sum')).toHaveLength(outcome.samples);
      const backend = new InlineBackend();
      expect(await resumeRun({ store, backend }).result).toEqual(outcome);
      expect(backend.asked).toEqual([]);
    }
    expect(prefixes.size).toBe(1);
  });

  it('does not bind an extension, which says so; with the same rule given again it does', async () => {
    const store = new MemoryStore();
    const first = await start(store, { wanted: 5000, until }).result;
    expect(first.kind).toBe('enough');
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    const extended = resumeRun({ store, backend: new InlineBackend(), wanted: 2000, onEvent });
    expect(await extended.result).toEqual({ kind: 'complete' });
    expect(events).toContainEqual({ type: 'notice', message: expect.stringContaining('--until') });
    expect(await openResults(store)).toMatchObject({ counted: 2000 });
    const again = resumeRun({ store, backend: new InlineBackend(), wanted: 9000, until });
    expect(await again.result).toEqual(first);
  });

  it('needs something random, and one sigma', async () => {
    const fixed = formulaPlan({
      variables: [],
      measurements: formulaPlan().measurements.slice(0, 0),
      specs: [],
    });
    await expect(start(new MemoryStore(), { plan: fixed, until }).result).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    const axes = [{ name: 'temp', length: 3, columns: [] }];
    const sigma = readStoppingRule('sigma(sum) +-5%', formulaPlan(), readQuantity);
    await expect(
      start(new MemoryStore(), { plan: formulaPlan({ axes }), until: sigma }).result,
    ).rejects.toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining('3 points') });
  });
});

describe('the self-check of a plan', () => {
  it('is asked once; the plan that it chose is the run’s from then on', async () => {
    const store = new MemoryStore();
    const chosen = formulaPlan({ title: 'stepped down' });
    let asked = 0;
    const check = async () => {
      asked++;
      return { plan: chosen, samples: 4, exact: false, steppedDown: ['x'], notices: ['x is reloaded'] };
    };
    const events: RunEvent[] = [];
    await start(store, { check, onEvent: (event) => events.push(event) }).result;
    expect(events).toContainEqual({ type: 'notice', message: 'x is reloaded' });
    await start(store, { check, wanted: 120 }).result;
    await resumeRun({ store, backend: new InlineBackend() }).result;
    expect(asked).toBe(1);
    expect((await openResults(store)).planId).toBe(planDocument(chosen).id);
    expect((await readRecords(store))[0]).toMatchObject({ type: 'opened', check: { steppedDown: ['x'] } });
  });
});
