import { describe, expect, it } from 'vitest';
import { InlineBackend } from '../../test/fakes/inline-backend.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { formulaPlan } from '../../test/fakes/plans.ts';
import { planDocument } from '../plan/identity.ts';
import { createSampler } from '../plan/sampler.ts';
import { encodeWaveforms } from '../protocol/index.ts';
import { startRun } from './driver.ts';
import { openResults } from './open-results.ts';
import { listParts, partKey, segmentsOf, waveformKey } from './parts.ts';

async function finished(wanted: number, chunk: number): Promise<MemoryStore> {
  const store = new MemoryStore();
  const engine = { name: 'formula', options: {} };
  const backend = new InlineBackend();
  await startRun({ plan: formulaPlan(), store, backend, engine, wanted, chunk }).result;
  return store;
}

describe('results', () => {
  it('come in batches of some thousand rows whatever the size of the parts', async () => {
    for (const [wanted, chunk] of [
      [10_000, 10_000],
      [9000, 500],
      [30, 1],
    ] as const) {
      const results = await openResults(await finished(wanted, chunk));
      const sizes: number[] = [];
      const samples: number[] = [];
      for await (const batch of results.batches(['sum'])) {
        sizes.push(batch.rows);
        samples.push(...batch.samples);
        expect([...batch.columns.keys()]).toEqual(['sum']);
        expect(batch.columns.get('sum')).toHaveLength(batch.rows);
        expect(batch.status).toHaveLength(batch.rows);
      }
      expect(samples).toEqual(Array.from({ length: wanted }, (_, k) => k));
      expect(sizes).toHaveLength(Math.ceil(wanted / 4096));
    }
  });

  it('hold the values that the plan gives each sample', async () => {
    const results = await openResults(await finished(50, 7));
    const { values } = createSampler(formulaPlan()).batch(0, 50);
    const expected = Array.from({ length: 50 }, (_, row) => values[2 * row]! + values[2 * row + 1]!);
    expect([...(await results.column('sum'))]).toEqual(expected);
    expect([...(await results.column('y'))]).toEqual(expected.map((_, row) => values[2 * row + 1]));
  });

  it('of a session that was killed have the worker time that its log tells', async () => {
    const store = await finished(50, 7);
    const [told] = (await openResults(store)).sessions;
    expect(told!.busySeconds).toBeGreaterThan(0);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    for (const [key, bytes] of store.objects)
      if (key.startsWith('records/') && text(bytes).includes('"closed"')) await store.delete(key);
    const [killed] = (await openResults(store)).sessions;
    expect(killed!.outcome).toBeUndefined();
    expect(killed!.simulated).toBe(50);
    expect(killed!.busySeconds).toBeCloseTo(told!.busySeconds, 9);
  });

  it('name the nearest column when asked for an unknown one', async () => {
    const results = await openResults(await finished(5, 5));
    await expect(results.column('summ')).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      remedy: expect.stringContaining('sum'),
    });
  });

  it('of a run that goes on are what is there, with gaps', async () => {
    const store = await finished(50, 10);
    await store.delete(partKey({ start: 20, end: 30 }));
    const results = await openResults(store);
    expect(results).toMatchObject({ wanted: 50, present: 40, counted: 50 });
    expect(await results.column('sum')).toHaveLength(40);
  });

  it('have the waveforms of counted samples once', async () => {
    const store = await finished(20, 10);
    const { id } = planDocument(formulaPlan());
    const curve = (row: number) => ({
      row,
      analysis: 'tran',
      names: ['time'],
      columns: [Float64Array.of(0, row)],
    });
    const ranges = [
      { start: 0, end: 10 },
      { start: 5, end: 20 },
      { start: 20, end: 30 },
    ];
    for (const range of ranges) {
      const rows = Array.from({ length: range.end - range.start }, (_, row) => curve(row));
      store.objects.set(waveformKey(range), encodeWaveforms(id, range, rows));
    }
    const samples: number[] = [];
    for await (const waveform of (await openResults(store)).waveforms()) samples.push(waveform.sample);
    expect(samples).toEqual(Array.from({ length: 20 }, (_, k) => k));
  });

  it('refuse a part of another plan and a record that was changed', async () => {
    const store = await finished(20, 10);
    const foreign = new MemoryStore();
    const other = formulaPlan({ sampling: { method: 'random', seed: 2 } });
    const engine = { name: 'formula', options: {} };
    const backend = new InlineBackend();
    await startRun({ plan: other, store: foreign, backend, engine, wanted: 20, chunk: 10 }).result;
    const key = partKey({ start: 10, end: 20 });
    store.objects.set(key, foreign.objects.get(key)!);
    await expect((await openResults(store)).column('sum')).rejects.toMatchObject({
      code: 'PART_CORRUPT',
      message: expect.stringContaining(key),
    });
    store.objects.set('records/000001.json', new TextEncoder().encode('{"type":"opened"}'));
    await expect(openResults(store)).rejects.toMatchObject({ code: 'RUN_UNREADABLE' });
  });
});

describe('parts', () => {
  it('are listed in the order of their samples, foreign names passed over', async () => {
    const store = new MemoryStore();
    for (const key of [
      partKey({ start: 1e11, end: 1e11 + 1 }),
      partKey({ start: 5, end: 9 }),
      partKey({ start: 5, end: 20 }),
      partKey({ start: 0, end: 5 }),
      'parts/notes.txt',
      'parts/000000000009-000000000009.parquet',
    ])
      store.objects.set(key, new Uint8Array());
    const parts = await listParts(store);
    expect(parts.map(({ start, end }) => [start, end])).toEqual([
      [0, 5],
      [5, 20],
      [5, 9],
      [1e11, 1e11 + 1],
    ]);
    expect(segmentsOf(parts, 18).map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [5, 18],
    ]);
  });
});
