import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { study } from './build.ts';
import { loadStudyFile } from './file.ts';
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

describe('what is wrong in a study file', () => {
  const cases: [string, string, number, RegExp, RegExp][] = [
    ['an unknown key', 'deck: a.cir\nsampels: 3\n', 2, /unknown key "sampels"/, /samples/],
    ['an unknown key of run', 'deck: a.cir\nrun:\n  worker: 2\n', 3, /"worker" in run/, /workers/],
    [
      'an unknown key of a distribution',
      'deck: a.cir\nvary:\n  R1: {distribution: normal, sgma: 1}\n',
      3,
      /sgma/,
      /sigma/,
    ],
    ['a bad distribution', 'deck: a.cir\nvary:\n\n  R1: norml(1)\n', 4, /norml/, /normal/],
    ['a bad spec', 'deck: a.cir\nspecs:\n  - bw>1k\n  - bw\n', 4, /no limit/, /bw>1\.4k/],
    ['a bad measurement', 'deck: a.cir\nmeasure:\n  bw: when(\n', 3, /bw/, /./],
    ['a bad corner', 'deck: a.cir\ncorners:\n  ff: temp=hot\n', 3, /temp of corner ff/, /temp=-40/],
    ['a bad sweep', 'deck: a.cir\nsweep:\n  R1: lim(1,2,3)\n', 3, /lim/, /lin/],
    ['a bad correlation', 'deck: a.cir\ncorrelate:\n  "R1,R2": 2\n', 3, /no correlation/, /between -1 and 1/],
    ['a bad number of workers', 'deck: a.cir\nrun:\n  workers: 0\n', 3, /workers/, /whole number/],
    ['no number of samples', 'deck: a.cir\nsamples: many\n', 2, /samples is many/, /10k/],
    ['an unknown sampling', 'deck: a.cir\nsampling: sobl\n', 2, /sobl/, /sobol/],
    ['no analysis', 'deck: a.cir\nanalyses:\n  - op\n  - trna 1n 1u\n', 4, /trna/, /tran/],
    ['a value of another kind', 'deck: a.cir\nvary: 3\n', 2, /vary/, /R1: normal/],
    ['a comma within braces', 'deck: a.cir\nsweep: {R1: lin(1,2,3)}\n', 2, /no value/, /quotes/],
    [
      'zipped targets of unequal length',
      'deck: a.cir\nsweep: {a: "1,2", b: "1,2,3"}\nzip:\n  - a,b\n',
      4,
      /3 values/,
      /equally/,
    ],
    [
      'a zipped target that is not swept',
      'deck: a.cir\nsweep: {rload: "1,2"}\nzip: ["rlod,rload"]\n',
      3,
      /rlod/,
      /rload/,
    ],
    ['what is no YAML', 'deck: a.cir\nvary: [1\nx: 2\n', 3, /./, /indentation/],
  ];
  it.each(cases)('%s: named with its line and a remedy', async (_, text, line, message, remedy) => {
    const path = file('wrong.yaml', text);
    const error = await errorOf(() => loadStudyFile(path));
    expect(error.place).toEqual({ file: path, line });
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  it.each([
    ['varied twice', { deck: 'a', vary: ['R1=normal(1%)', 'r1=normal(2%)'] }],
    ['swept twice', { deck: 'a', sweep: ['R1=1,2', 'r1=3'] }],
    ['varied and swept', { deck: 'a', vary: ['R1=normal(1%)'], sweep: ['r1=3'] }],
    ['named twice', { deck: 'a', measure: ['a=v(x)', 'A=v(y)'] }],
    ['two corners of one name', { deck: 'a', corners: ['tt', 'tt'] }],
  ])('something %s is refused', async (_, input) => {
    expect((await errorOf(() => study(input))).blame).toBe('user');
  });

  it('a missing file, an unknown extension, a module that throws or exports nothing', async () => {
    expect((await errorOf(() => loadStudyFile(join(folder, 'gone.yaml')))).code).toBe('FILE_FAILED');
    expect((await errorOf(() => loadStudyFile(join(folder, 'gone.ts')))).code).toBe('FILE_FAILED');
    expect((await errorOf(() => loadStudyFile('x.toml'))).code).toBe('STUDY_UNREADABLE');
    for (const [name, text] of [
      ['throws.mjs', 'throw new Error("no");'],
      ['calls.mjs', 'export default () => { throw new Error("no"); };'],
      ['empty.mjs', 'export const x = 1;'],
      ['syntax.ts', 'export default {{'],
    ] as const)
      expect((await errorOf(() => loadStudyFile(file(name, text)))).code).toBe('STUDY_UNREADABLE');
  });

  it('never throws anything but SpiceLabError, whatever the input is', () => {
    const keys = fc.constantFrom(
      'deck',
      'vary',
      'sweep',
      'zip',
      'corners',
      'measure',
      'specs',
      'correlate',
      'save',
      'samples',
      'seed',
      'sampling',
      'run',
      'analyses',
      '__proto__',
      'x',
    );
    const leaf = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.double(),
      fc.constantFrom(null, true, 'normal(1%)', 'R1=1,2', 'bw>1'),
    );
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 4 }), leaf, { maxKeys: 3 }),
    );
    fc.assert(
      fc.property(fc.dictionary(keys, value), (input) => {
        try {
          readStudy({ deck: 'a.cir', ...input }, { folder: '.', readText: () => '' });
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceLabError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
