import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { corners, monteCarlo, study, sweep, tolerances } from './build.ts';
import { fileContext, isStudyFile, loadStudyFile } from './file.ts';
import { studyFromFlags } from './flags.ts';
import { type StudyInput, studyJsonSchema } from './input.ts';
import { readStudy } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'spicelab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function errorOf(act: () => unknown): Promise<SpiceLabError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SpiceLabError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const YAML = `
title: a low-pass
deck: rc.cir
vary:
  R1: normal(1k, 1%)
  C*: { distribution: uniform, tol: 5% }
correlate:
  "R1,C1": 0.5
sweep:
  rload: lin(1k, 2k, 3)
  temp: [-40, 27, 125]
  vdd: 1.6,1.8,2
zip:
  - [temp, vdd]
corners:
  tt: lib=tt
  ff: { lib: ff, temp: -40, set: { vcm: 900m } }
analyses: .ac  dec 10 1 1meg
measure:
  bw: { expression: "when(vdb(out),-3)", analysis: ac, unit: Hz }
specs: ["bw>1.4k"]
save: ac:v(out)
samples: 10k
seed: 7
sampling: sobol
run:
  engine: wasm
  workers: 2
  until: yield +-0.5%
  confidence: 99%
  timeout: 2 min
`;

const INPUT: StudyInput = {
  title: 'a low-pass',
  deck: 'rc.cir',
  vary: ['R1=normal(1k,1%)', 'C*=uniform(5%)'],
  correlate: ['R1,C1=0.5'],
  sweep: ['rload=1k,1.5k,2k', 'temp=-40,27,125', 'vdd=list(1.6,1.8,2)'],
  zip: ['temp,vdd'],
  corners: ['tt: lib=tt', 'ff: lib=ff, temp=-40, vcm=0.9'],
  analyses: ['ac dec 10 1 1meg'],
  measure: ['bw[Hz]=ac:when(vdb(out),-3)'],
  specs: ['bw>1.4k'],
  save: ['ac:v(out)'],
  samples: 10_000,
  seed: 7,
  sampling: 'sobol',
};

describe('a study written three ways', () => {
  it('is the same study from a file, from the library and from flags', async () => {
    const { study: fromFile } = await loadStudyFile(file('study.yaml', YAML));
    const fromLibrary = monteCarlo(INPUT, folder);
    const fromFlags = studyFromFlags('mc', join(folder, 'rc.cir'), {
      title: 'a low-pass',
      vary: ['R1=normal(1k,1%)', 'C*=uniform(tol=5%)'],
      correlate: ['R1,C1=50%'],
      sweep: ['rload=step(1k,2k,500)', 'temp=-40,27,125', 'vdd=1.6,1.8,2'],
      zip: ['temp, vdd'],
      corner: ['tt', 'ff: temp=-40, vcm=900m, lib=ff'],
      analysis: ['.ac dec 10 1 1meg'],
      measure: ['bw[Hz]=ac:when(vdb(out),-3)'],
      spec: ['bw>1.4k'],
      save: ['ac:v(out)'],
      samples: '10k',
      seed: '7',
      sampling: 'sobol',
    });
    expect(fromLibrary).toEqual(fromFile);
    expect(fromFlags).toEqual(fromFile);
  });

  it('is the same from JSON and from modules in TypeScript and JavaScript', async () => {
    const wanted = study(INPUT, folder);
    const json = JSON.stringify(INPUT);
    const ts = `interface Made { deck: string }\nexport default (): Made => (${json});\n`;
    const mjs = `export const run = { workers: 3 };\nexport default async () => (${json});\n`;
    for (const [name, text] of [
      ['s.json', json],
      ['s.ts', ts],
      ['s.mjs', mjs],
      ['s.cjs', `module.exports = ${json};\n`],
    ] as const)
      expect((await loadStudyFile(file(name, text))).study).toEqual(wanted);
  });

  it('says how it wants to be run', async () => {
    const { run } = await loadStudyFile(file('run.yaml', YAML));
    expect(run).toEqual({
      engine: 'wasm',
      workers: 2,
      chunk: undefined,
      until: ['yield +-0.5%'],
      confidence: 0.99,
      on: undefined,
      timeout: 120,
    });
  });

  it('names the line of a wrong key, not that of what stands below it', async () => {
    const path = file('wrong.yaml', 'deck: rc.cir\nmeasures:\n  bw: max(vdb(out))\n');
    await expect(loadStudyFile(path)).rejects.toMatchObject({
      code: 'STUDY_INVALID',
      place: { file: path, line: 2 },
    });
  });

  it('takes a study that a module has built, with its run beside it', async () => {
    const made = JSON.stringify(study(INPUT));
    const { study: loaded, run } = await loadStudyFile(
      file('built.mjs', `export const run = { chunk: 50 };\nexport default ${made};\n`),
    );
    expect(loaded.deck).toEqual({ path: 'rc.cir' });
    expect(run.chunk).toBe(50);
  });
});

describe('what is left out', () => {
  it('takes defaults: 1000 draws where something varies, else one; seed 1; 16 replicates of Sobol points', () => {
    expect(study({ deck: 'x.cir' })).toMatchObject({
      samples: 1,
      sampling: { method: 'random', seed: 1, replicates: 1 },
    });
    expect(study({ deck: 'x.cir', vary: ['R1=normal(1%)'] }).samples).toBe(1000);
    expect(monteCarlo({ deck: 'x.cir' }).samples).toBe(1000);
    expect(study({ deck: 'x.cir', sampling: 'sobol' }).sampling.replicates).toBe(16);
    expect(study({ deck: 'x.cir', sampling: 'lhs' }).sampling.replicates).toBe(16);
  });

  it('is asked for where a question cannot do without', async () => {
    expect((await errorOf(() => sweep({ deck: 'x.cir' }))).message).toMatch(/nothing to sweep/);
    expect((await errorOf(() => corners({ deck: 'x.cir' }))).message).toMatch(/no corners/);
    expect((await errorOf(() => tolerances({ deck: 'x.cir', statistics: 'none' }))).message).toMatch(
      /tolerance/,
    );
    expect((await errorOf(() => study({} as StudyInput))).message).toMatch(/names no deck/);
  });

  it('resolves the deck beside the study, and text where it is', () => {
    expect(readStudy({ deck: 'a/b.cir' }, fileContext('studies')).deck).toEqual({
      path: join('studies', 'a', 'b.cir'),
    });
    expect(study({ deck: { text: 'x\n.end\n' } }).deck).toEqual({ text: 'x\n.end\n', folder: '.' });
  });
});

describe('the JSON Schema', () => {
  it('that is published is the one that the code has (npx jiti src/study/schema.generate.ts)', () => {
    const published: unknown = JSON.parse(
      readFileSync(new URL('../../schema/study.schema.json', import.meta.url), 'utf8'),
    );
    expect(published).toEqual(JSON.parse(JSON.stringify(studyJsonSchema())));
  });

  it('describes every key', () => {
    const { properties } = studyJsonSchema() as { properties: Record<string, { description?: string }> };
    for (const [key, schema] of Object.entries(properties)) expect(schema.description, key).toMatch(/\w/);
  });
});

it('tells study files from decks', () => {
  expect(['a.yaml', 'a.TS', 'a.json', 'a.cir', 'a.sp', 'a'].map(isStudyFile)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
