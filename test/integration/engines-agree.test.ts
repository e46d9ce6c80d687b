import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { libngspice } from '../../src/engines/libngspice/index.ts';
import type { Results } from '../../src/run/index.ts';
import { simulate } from '../../src/simulate/index.ts';
import { loadStudyFile } from '../../src/study/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');
const studies = readdirSync(EXAMPLES).filter((name) => /\.study\.(yaml|ts)$/.test(name));
const found = await libngspice.find({});
if (!found) console.warn('skipped: libngspice is not installed');

describe.skipIf(!found)('the examples on two engines', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spicelab-agree-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function runOn(engine: string, name: string): Promise<Results> {
    const { study } = await loadStudyFile(join(EXAMPLES, name), { library: join(ROOT, 'src/index.ts') });
    const few = { ...study, samples: Math.min(study.samples, 3) };
    return (await simulate(few, { engine, workers: 1, out: join(folder, `${name}-${engine}`) })).results;
  }

  it.each(studies)('%s: the same draws to the last bit, the same figures to 1e-6', async (name) => {
    const native = await runOn('libngspice', name);
    const embedded = await runOn('wasm', name);
    expect(native.engine).not.toEqual(embedded.engine);
    for (const variable of native.plan.variables)
      expect(await embedded.column(variable.name)).toEqual(await native.column(variable.name));
    for (const measurement of native.plan.measurements) {
      const wanted = await native.column(measurement.name);
      const got = await embedded.column(measurement.name);
      expect(got.length).toBe(wanted.length);
      got.forEach((value, k) => {
        const off = Math.abs(value - wanted[k]!) / Math.abs(wanted[k]!);
        expect(off, `${measurement.name} of sample ${k}`).toBeLessThan(1e-6);
      });
    }
  });
});
