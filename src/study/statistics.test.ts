import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { monteCarlo, study, sweep, tolerances } from './build.ts';
import { fileContext } from './file.ts';
import { studyFromFlags } from './flags.ts';
import type { StudyInput } from './input.ts';
import { readStudy } from './read.ts';

const of = (input: Omit<StudyInput, 'deck'>) => study({ deck: 'x.cir', ...input }).statistics;

function refusal(act: () => unknown): SpiceLabError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof SpiceLabError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('the draws of the deck that vary', () => {
  it('are all of them where samples are drawn, and none where nothing is random', () => {
    expect(of({}).vary).toEqual(['none']);
    expect(of({ sweep: ['R1=1,2'] }).vary).toEqual(['none']);
    expect(of({ corners: 'tt,ff' }).vary).toEqual(['none']);
    expect(of({ sweep: ['R1=1,2'], samples: 20 }).vary).toEqual(['all']);
    expect(of({ vary: ['R1=normal(1%)'] }).vary).toEqual(['all']);
    expect(sweep({ deck: 'x.cir', sweep: ['R1=1,2'] }).statistics.vary).toEqual(['none']);
  });

  it('are all of them in a Monte Carlo, a sensitivity and a worst case, however few samples are asked for', () => {
    expect(monteCarlo({ deck: 'x.cir', samples: 1 }).statistics.vary).toEqual(['all']);
    expect(tolerances({ deck: 'x.cir' }).statistics.vary).toEqual(['all']);
  });

  it('are those that the study names, in every form of it', () => {
    for (const input of [
      { statistics: 'mismatch' },
      { statistics: ['Mismatch'] },
      { statistics: { vary: 'MISMATCH' } },
      { vary: ['mismatch', 'R1=normal(1%)'] },
      { vary: { R1: 'normal(1%)' }, statistics: { vary: ['mismatch'] } },
    ])
      expect(of(input).vary).toEqual(['mismatch']);
    expect(monteCarlo({ deck: 'x.cir', statistics: 'none' }).statistics.vary).toEqual(['none']);
    expect(of({ statistics: 'process, xm1.*', vary: ['*.mis_vth', 'r1[tc1]#2'] }).vary).toEqual([
      'process',
      'xm1.*',
      '*.mis_vth',
      'r1[tc1]#2',
    ]);
  });

  it('make a study draw as a target with a distribution does', () => {
    expect(study({ deck: 'x.cir', statistics: 'mismatch' }).samples).toBe(1000);
    expect(study({ deck: 'x.cir', statistics: 'none' }).samples).toBe(1);
    expect(study({ deck: 'x.cir', statistics: { tie: 'a' } }).samples).toBe(1);
  });

  it('are chosen by flags beside targets', () => {
    const made = studyFromFlags('mc', 'x.cir', {
      vary: ['R1=normal(1%)', 'process', '*.mis_vth'],
      tie: ['sw_*', 'mc_vth,mc_tox'],
    });
    expect(made.vary.map(({ target }) => target)).toEqual(['R1']);
    expect(made.statistics).toEqual({ vary: ['process', '*.mis_vth'], tie: ['sw_*', 'mc_vth', 'mc_tox'] });
  });
});

describe('what is wrong with a choice of draws', () => {
  it('is told with the nearest class', () => {
    const error = refusal(() => studyFromFlags('mc', 'x.cir', { vary: ['mis match'] }));
    expect(error.code).toBe('STUDY_INVALID');
    expect(error.place).toEqual({ file: '--vary "mis match"' });
    expect(error.remedy).toMatch(/mismatch/);
  });

  it('is asked for a distribution where one was begun', () => {
    expect(refusal(() => of({ vary: ['R1 normal(1%)'] })).remedy).toMatch(/R1=normal/);
  });

  it('is told where none goes with others', () => {
    expect(refusal(() => of({ vary: ['none', 'process'] })).message).toMatch(/none .* yet process does/);
  });

  it('is placed on its line of a study file, and on its flag', () => {
    const lines: Record<string, number> = { 'statistics.tie.0': 4 };
    const context = fileContext('.', (path) => ({ file: 'a.yaml', line: lines[path.join('.')] ?? 1 }));
    const act = () => readStudy({ deck: 'x.cir', statistics: { tie: ['a b'] } }, context);
    expect(refusal(act).place).toEqual({ file: 'a.yaml', line: 4 });
    expect(refusal(() => studyFromFlags('mc', 'x.cir', { tie: ['sw_*', 'a=b'] })).place).toEqual({
      file: '--tie "a=b"',
    });
  });

  it('is an unknown key with the ones that there are', () => {
    const error = refusal(() => of({ statistics: { vari: 'all' } as never }));
    expect(error.message).toBe('unknown key "vari" in statistics');
    expect(error.remedy).toMatch(/vary/);
  });
});
