import { describe, expect, it } from 'vitest';
import { sweepOfStep } from './step.ts';

describe('the sweep that stands for an LTspice .step', () => {
  it.each([
    ['param Rval list 100 220 470', 'Rval=100,220,470'],
    ['param Rval LIST 1k, 2k', 'Rval=1k,2k'],
    ['param C 10n 100n 10n', 'C=step(10n,100n,10n)'],
    ['dec param R 1k 1Meg 5', 'R=dec(1k,1Meg,5)'],
    ['oct V1 1 16 2', 'V1=oct(1,16,2)'],
    ['temp -40 125 55', 'temp=step(-40,125,55)'],
  ])('.step %s', (line, sweep) => {
    expect(sweepOfStep(line)).toBe(sweep);
  });
  it.each(['param X file=steps.txt', 'param X list', 'NPN 2N2222(VAF) 50 100', ''])(
    'is not guessed for .step %s',
    (line) => {
      expect(sweepOfStep(line)).toBeUndefined();
    },
  );
});
