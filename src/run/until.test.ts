import { describe, expect, it } from 'vitest';
import { InlineBackend } from '../../test/fakes/inline-backend.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { formulaPlan } from '../../test/fakes/plans.ts';
import { start } from '../../test/fakes/runs.ts';
import { readQuantity } from '../expression/index.ts';
import { resumeRun } from './driver.ts';
import type { RunEvent } from './events.ts';
import { openResults } from './open-results.ts';
import { readStoppingRule } from './rule.ts';

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
