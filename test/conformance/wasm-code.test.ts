import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openBackend } from '../../src/backends/index.ts';
import { planDocument } from '../../src/plan/index.ts';
import { chunksOf, run } from './backend.ts';
import { alter, planOf, RC } from './plans.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spicelab-code-'));
  vi.stubEnv('SPICELAB_CACHE', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const plan = planOf({
  circuits: [RC],
  variables: { r: 1e3 },
  assignments: [alter('r1', '$0')],
  analyses: { ac: 'ac dec 2 1 100k' },
  vectors: { ac: ['v(out)'] },
  measurements: { low: 'ac: at(mag(v(out)), 1000)' },
});

/** The part of one chunk, simulated by a worker of its own. */
async function simulated(samples: number): Promise<Uint8Array> {
  const backend = await openBackend('local', { workers: 1 });
  const chunks = chunksOf(samples, samples);
  const engine = { name: 'wasm', options: {} };
  const { endings } = await run(backend, { plan: planDocument(plan), chunks, engine });
  await backend.close();
  const ending = endings.get(chunks[0]!.id);
  if (ending?.type !== 'part') throw new Error(JSON.stringify(ending));
  return ending.part!.table;
}

it('a worker keeps what V8 optimised for those to come, which simulate the same bits with it', async () => {
  await simulated(10);
  expect(readdirSync(folder)).toEqual([]);
  const first = await simulated(600);
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^ngspice-\w+\.code$/)]);
  expect(await simulated(600)).toEqual(first);
});
