import { describe, expect, it } from 'vitest';
import { formulaPlan } from '../../test/fakes/plans.ts';
import { readQuantity } from '../expression/index.ts';
import { readStoppingRule } from './rule.ts';

const read = (text: string, plan = formulaPlan()) => readStoppingRule(text, plan, readQuantity);

describe('a stopping rule as written', () => {
  it('is about all specs, one spec, or a limit of its own', () => {
    expect(read('yield +-0.5%')).toEqual({
      kind: 'yield',
      text: 'yield +-0.5%',
      bounds: [{ measurement: 'sum', low: -2 }],
      tolerance: { amount: 0.005, relative: false },
    });
    expect(read('yield(sum)+-1%')).toMatchObject({ bounds: [{ measurement: 'sum', low: -2 }] });
    expect(read('yield( product > 1.4k ) ± 0.02')).toMatchObject({
      bounds: [{ measurement: 'product', low: 1400 }],
      tolerance: { amount: 0.02, relative: false },
    });
    expect(read('yield(product<=10u) +/-1%')).toMatchObject({
      bounds: [{ measurement: 'product', high: 1e-5 }],
    });
  });

  it('is about a mean or a sigma, relative to it or in its unit', () => {
    expect(read('mean(sum) +-0.1%')).toMatchObject({
      kind: 'mean',
      measurement: 'sum',
      tolerance: { amount: 0.001, relative: true },
    });
    expect(read('sigma(SUM) +-10m')).toMatchObject({
      kind: 'sigma',
      measurement: 'sum',
      tolerance: { amount: 0.01, relative: false },
    });
  });

  it.each([
    ['yield', 'not a stopping rule'],
    ['yield +-0%', 'not a stopping rule'],
    ['median(sum) +-1%', 'not a stopping rule'],
    ['mean +-1%', 'of which measurement'],
    ['yield(sum) +-fast', 'not a stopping rule'],
    ['yield(sum>soon) +-1%', 'neither'],
  ])('%s is refused with an example', (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('names the nearest measurement when it is about an unknown one', () => {
    expect(() => read('mean(sums) +-1%')).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('sum') }),
    );
  });

  it('on a yield needs a spec', () => {
    expect(() => read('yield +-1%', formulaPlan({ specs: [] }))).toThrow(/needs a spec/);
  });
});
