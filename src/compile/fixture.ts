import { expect } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { memoryFiles } from '../netlist/index.ts';
import type { DistributionSpec, Study } from '../study/schema.ts';
import { compileStudy } from './compile.ts';
import type { Compiled } from './types.ts';

/** A study of a deck in memory, for tests; what is not given is empty. */
export function studyOf(lines: readonly string[], parts: Partial<Study> = {}): Study {
  return {
    deck: { text: ['title', ...lines, '.end'].join('\n'), folder: '.' },
    vary: [],
    statistics: { vary: ['all'], tie: [] },
    correlations: [],
    sweep: [],
    corners: [],
    analyses: [],
    measure: [],
    specs: [],
    save: [],
    sampling: { method: 'random', seed: 1, replicates: 8 },
    samples: 10,
    trustDeck: false,
    ...parts,
  };
}

export function compileDeck(
  lines: readonly string[],
  parts: Partial<Study> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Compiled> {
  return compileStudy(studyOf(lines, parts), memoryFiles(files));
}

/** `normal(10%)`. */
export const percent = (share: number): DistributionSpec => ({
  kind: 'normal',
  sigma: { amount: share / 100, relative: true },
});

/** `normal(nominal, sigma)` in the target's unit. */
export const around = (nominal: number, sigma: number): DistributionSpec => ({
  kind: 'normal',
  nominal,
  sigma: { amount: sigma, relative: false },
});

/** A low-pass whose source is a parameter, with two analyses. */
export const RC = [
  '.param vdd=2',
  'V1 in 0 {vdd} ac 1',
  'R1 in out 1k',
  'C1 out 0 1n',
  '.ac dec 10 1 1meg',
  '.op',
];

/** One measurement, called `m`. */
export const measure = (expression: string, analysis?: string) => [{ name: 'm', expression, analysis }];

/** Why a study is refused; every refusal has a remedy. */
export async function refusal(lines: readonly string[], parts: Partial<Study> = {}): Promise<SpiceLabError> {
  try {
    await compileDeck(lines, parts);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SpiceLabError);
    expect((thrown as SpiceLabError).remedy).toBeTruthy();
    return thrown as SpiceLabError;
  }
  throw new Error('the study was accepted');
}
