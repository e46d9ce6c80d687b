import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import type { StudyContext } from './context.ts';
import { DISTRIBUTION_NAMES, parseDistribution } from './distribution.ts';

const files: Readonly<Record<string, string>> = {
  'here/values.csv': '# measured\nr,c\n1k,1n\n2k,2n\n',
  'here/plain.txt': '1\n2\n3k\n',
  'here/bad.csv': 'r\n1\noops\n',
};
const context: StudyContext = {
  folder: 'here',
  readText: (path) => {
    const text = files[path];
    if (text === undefined)
      throw new SpiceLabError('FILE_FAILED', 'there is no such file', { place: { file: path } });
    return text;
  },
};
const parse = (text: string) => parseDistribution(text, context);
const share = (amount: number) => ({ amount, relative: true });
const plain = (amount: number) => ({ amount, relative: false });

function errorOf(text: string): SpiceLabError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SpiceLabError) return error;
    throw error;
  }
  throw new Error(`"${text}" was understood`);
}

describe('distributions as written', () => {
  it.each([
    ['normal(1k,1%)', { kind: 'normal', nominal: 1000, sigma: share(0.01) }],
    ['normal(1%)', { kind: 'normal', nominal: undefined, sigma: share(0.01) }],
    ['normal(sigma=10, nominal=1k)', { kind: 'normal', nominal: 1000, sigma: plain(10) }],
    ['normal(1kOhm, 10Ohm)', { kind: 'normal', nominal: 1000, sigma: plain(10) }],
    ['GAUSS( 1k , 1% )', { kind: 'normal', nominal: 1000, sigma: share(0.01) }],
    ['gaussian(0, 5m)', { kind: 'normal', nominal: 0, sigma: plain(0.005) }],
    ['uniform(5%)', { kind: 'uniform', nominal: undefined, tolerance: share(0.05) }],
    ['flat(1k,5%)', { kind: 'uniform', nominal: 1000, tolerance: share(0.05) }],
    ['uniform(1k, tol=50)', { kind: 'uniform', nominal: 1000, tolerance: plain(50) }],
    ['uniform(low=900, high=1.1k)', { kind: 'uniform-range', low: 900, high: 1100 }],
    ['lognormal(1k, 0.1)', { kind: 'lognormal', nominal: 1000, sigma: 0.1 }],
    ['lognormal(10%)', { kind: 'lognormal', nominal: undefined, sigma: 0.1 }],
    ['triangular(900,1k,1.1k)', { kind: 'triangular', nominal: 1000, low: { at: 900 }, high: { at: 1100 } }],
    [
      'triangular(5%)',
      {
        kind: 'triangular',
        nominal: undefined,
        low: { offset: share(-0.05) },
        high: { offset: share(0.05) },
      },
    ],
    [
      'triangular(-5%, 10%)',
      { kind: 'triangular', nominal: undefined, low: { offset: share(-0.05) }, high: { offset: share(0.1) } },
    ],
    ['discrete(1k, 2k, 4k)', { kind: 'discrete', values: [1000, 2000, 4000], weights: [1, 1, 1] }],
    ['discrete(1k:0.5, 2k:0.25)', { kind: 'discrete', values: [1000, 2000], weights: [0.5, 0.25] }],
    ['empirical("values.csv", "c")', { kind: 'empirical', values: [1e-9, 2e-9] }],
    ['empirical("plain.txt")', { kind: 'empirical', values: [1, 2, 3000] }],
    ['empirical(1, 2, 5)', { kind: 'empirical', values: [1, 2, 5] }],
  ])('%s', (text, wanted) => {
    expect(parse(text)).toEqual(wanted);
  });

  it('take a bare second argument as one sigma and a tolerance at the sigma it is quoted at', () => {
    expect(parse('normal(tol=6%, at=3)')).toEqual({ kind: 'normal', nominal: undefined, sigma: share(0.02) });
    expect(parse('normal(1k, tol=30, at=3)')).toEqual({ kind: 'normal', nominal: 1000, sigma: plain(10) });
    expect(errorOf('normal(tol=5%)').message).toMatch(/how many sigma/);
  });

  it('cut a normal off at limits, at offsets or at a number of sigma', () => {
    const cut = {
      kind: 'truncated-normal',
      nominal: 1000,
      sigma: share(0.01),
      low: { offset: share(-0.03) },
      high: { offset: share(0.03) },
    };
    for (const text of ['normal(1k,1%,low=-3%,high=3%)', 'truncated(1k, 1%, -3%, 3%)', 'truncated(1k,1%,3)'])
      expect(parse(text)).toEqual(cut);
    expect(parse('truncated(1k, 10, 950, 1.2k)')).toMatchObject({ low: { at: 950 }, high: { at: 1200 } });
    // A limit on one side only leaves the other beyond any probability.
    expect(parse('normal(1k, 10, low=950)')).toMatchObject({
      low: { at: 950 },
      high: { offset: plain(380) },
    });
  });
});

describe('what is no distribution', () => {
  it.each([
    ['norml(1k)', /normal/],
    ['unifrom(5%)', /uniform/],
    ['normal(1k,1%,at=3)', /tol=5%, at=3/],
    ['uniform(900, 1.1k)', /low=900, high=1\.1k/],
    ['normal(1k, x)', /normal\(1k, 1%\)/],
    ['normal(sgma=1)', /sigma/],
    ['5', /normal\(1%\)/],
  ])('%s is answered with %s', (text, remedy) => {
    const error = errorOf(text);
    expect(error.code).toBe('DISTRIBUTION_INVALID');
    expect(error.remedy).toMatch(remedy);
  });

  it.each([
    'normal()',
    'normal(1,2,3,4,5)',
    'normal(1k, -1%)',
    'normal(1k, 1%, sigma=2%)',
    'truncated(1k, 1%)',
    'truncated(1k, 1%, 3%, -3%)',
    'truncated(1k, 0, 3)',
    'uniform(low=2, high=1)',
    'uniform(low=2)',
    'lognormal(-1, 0.1)',
    'triangular(1, 3, 2)',
    'discrete()',
    'discrete(1:2, 3)',
    'discrete(1:0, 2:0)',
    'empirical()',
    'normal(1k,1%',
    'normal 1k 1%',
    '',
  ])('"%s" is refused', (text) => {
    expect(errorOf(text).code).toBe('DISTRIBUTION_INVALID');
  });

  it('names the file and line of a bad value, the columns to choose from, and a missing file', () => {
    expect(errorOf('empirical("bad.csv")').place).toEqual({ file: 'here/bad.csv', line: 3 });
    expect(errorOf('empirical("values.csv")').message).toMatch(/2 columns/);
    expect(errorOf('empirical("values.csv", "x")').remedy).toMatch(/r, c/);
    expect(errorOf('empirical("gone.csv")').code).toBe('FILE_FAILED');
  });

  it('throws nothing but SpiceLabError, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...DISTRIBUTION_NAMES,
        '(',
        ')',
        ',',
        '=',
        '%',
        ':',
        '"',
        "'",
        '1k',
        '-3%',
        'at',
        'tol',
        'low',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.constantFrom(...DISTRIBUTION_NAMES),
        (pieces, name) => {
          for (const text of [pieces.join(''), `${name}(${pieces.join('')})`])
            try {
              parse(text);
            } catch (error) {
              expect(error).toBeInstanceOf(SpiceLabError);
            }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the name of a distribution alone', () => {
  it.each(['normal', 'Uniform', ' gauss '])('%s asks for its width', (text) => {
    expect(() => parse(text)).toThrow(/does not say how wide it is/);
  });
});
