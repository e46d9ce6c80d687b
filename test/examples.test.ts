import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../src/simulate/index.ts';
import { loadStudyFile } from '../src/study/index.ts';

const ROOT = resolve(import.meta.dirname, '..');
const EXAMPLES = join(ROOT, 'examples');
const files = readdirSync(EXAMPLES);
const studies = files.filter((name) => /\.study\.(yaml|ts)$/.test(name));

describe('examples', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spicelab-examples-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('have a study for every deck, and a line of the table for every study', () => {
    const decks = files.filter((name) => name.endsWith('.cir')).map((name) => name.replace('.cir', ''));
    expect(studies.map((name) => name.replace(/\.study\..*/, '')).sort()).toEqual(decks.sort());
    const table = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
    for (const name of studies) expect(table).toContain(`](${name})`);
  });

  it.each(studies)(
    '%s: every measurement has a value in every sample, without a simulator installed',
    async (name) => {
      const { study } = await loadStudyFile(join(EXAMPLES, name), { library: join(ROOT, 'src/index.ts') });
      const few = { ...study, samples: Math.min(study.samples, 2) };
      const { outcome, results, answers } = await simulate(few, {
        engine: 'wasm',
        workers: 1,
        out: join(folder, name),
      });
      expect(outcome).toEqual({ kind: 'complete' });
      expect(answers.all.failures).toEqual({});
      expect(results.present).toBeGreaterThan(1);
      for (const { name: measurement, n, missing } of answers.all.statistics)
        expect({ measurement, n, missing }).toEqual({ measurement, n: results.present, missing: 0 });
    },
  );
});
