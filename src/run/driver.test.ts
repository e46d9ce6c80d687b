import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { InlineBackend } from '../../test/fakes/inline-backend.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { formulaPlan } from '../../test/fakes/plans.ts';
import { start, tableOf, undisturbed } from '../../test/fakes/runs.ts';
import type { JobEvent, JobRef } from '../backend.ts';
import { planDocument } from '../plan/identity.ts';
import { resumeRun } from './driver.ts';
import type { RunEvent } from './events.ts';
import { openResults } from './open-results.ts';
import { partKey } from './parts.ts';
import { readRecords } from './records.ts';

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
    expect(events.filter(({ type }) => type === 'worker')).toHaveLength(1);
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

  it.each([{ wanted: -1 }, { wanted: 1.5 }, { chunk: 0 }, { confidence: 95 }])(
    'is refused with %o, and leaves nothing behind',
    async (options) => {
      const store = new MemoryStore();
      await expect(start(store, options).result).rejects.toMatchObject({ code: 'OPTION_INVALID' });
      expect(store.keys()).toEqual([]);
    },
  );

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
    const store = new MemoryStore();
    await expect(resumeRun({ store, backend }).result).rejects.toMatchObject({ code: 'RUN_UNREADABLE' });
    expect(store.keys()).toEqual([]);
    await expect(openResults(new MemoryStore())).rejects.toMatchObject({ code: 'RUN_UNREADABLE' });
  });

  it('goes on with the engine that made it, though a session in between was refused for another', async () => {
    const store = new MemoryStore();
    await start(store, { wanted: 50 }).result;
    const wrong = { name: 'formula', options: { path: 'another' } };
    const other = new InlineBackend({ identity: { name: 'formula', version: '2' } });
    await expect(
      resumeRun({ store, backend: other, engine: wrong, wanted: 60 }).result,
    ).rejects.toMatchObject({ code: 'ENGINE_MISMATCH' });
    const backend = new InlineBackend();
    expect(await resumeRun({ store, backend, sampleSeconds: 7 }).result).toEqual({ kind: 'complete' });
    const opened = (await readRecords(store)).filter(({ type }) => type === 'opened');
    expect(opened.at(-1)).toMatchObject({ engine: { name: 'formula', options: { sampleSeconds: 7 } } });
    expect(opened.at(-1)).not.toHaveProperty('engine.options.path');
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
