import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { study } from './build.ts';
import { directedExtremes, worstCaseStudy } from './extremes.ts';
import type { PointValue } from './schema.ts';
import { sensitivities, sensitivityStudy, signsOf } from './sensitivity.ts';

const made = (...vary: string[]) => study({ deck: 'rc.cir', vary });
const share = (amount: number): PointValue => ({ offset: { amount, relative: true } });

/** Value of a point at a deck's value. */
function at(value: PointValue, own: number): number {
  if (value === undefined) return own;
  if ('at' in value) return value.at;
  return own + value.offset.amount * (value.offset.relative ? Math.abs(own) : 1);
}

describe('worst case', () => {
  it('is the nominal point and all 2^k combinations of the extremes, with nothing random left', () => {
    const { points, vary, samples, correlations } = worstCaseStudy(
      made('R1=uniform(1k,5%)', 'C1=uniform(low=1,high=2)'),
    );
    expect(points!.targets).toEqual(['R1', 'C1']);
    expect(points!.points).toEqual([
      [{ at: 1000 }, { at: 1.5 }],
      [{ at: 950 }, { at: 1 }],
      [{ at: 1050 }, { at: 1 }],
      [{ at: 950 }, { at: 2 }],
      [{ at: 1050 }, { at: 2 }],
    ]);
    expect([vary, samples, correlations]).toEqual([[], 1, []]);
  });

  it.each([
    ['normal(1%)', 3, share(-0.03), share(0.03)],
    ['normal(1%)', 2, share(-0.02), share(0.02)],
    ['normal(-1k,1%)', 3, { at: -1030 }, { at: -970 }],
    ['normal(1k,10)', 3, { at: 970 }, { at: 1030 }],
    ['truncated(1k,1%,2)', 3, { at: 980 }, { at: 1020 }],
    ['triangular(-5%,10%)', 3, share(-0.05), share(0.1)],
    ['discrete(1:1, 2:1, 9:0)', 3, { at: 1 }, { at: 2 }],
    ['empirical(3, 1, 2)', 3, { at: 1 }, { at: 3 }],
  ])('of %s at %d sigma', (text, sigma, low, high) => {
    const { points } = worstCaseStudy(made(`R1=${text}`), { at: sigma });
    expect(points!.points.slice(1)).toEqual([[low], [high]]);
  });

  it('of a lognormal lies at the exponentials of the extremes of its logarithm', () => {
    const [, low, high] = worstCaseStudy(made('R1=lognormal(0.1)')).points!.points;
    expect(at(low![0], 1000)).toBeCloseTo(1000 * Math.exp(-0.3), 9);
    expect(at(high![0], 1000)).toBeCloseTo(1000 * Math.exp(0.3), 9);
  });

  it('refuses too many tolerances, none, and no number of sigma', () => {
    const many = made(...Array.from({ length: 13 }, (_, i) => `R${i}=uniform(1%)`));
    expect(() => worstCaseStudy(many)).toThrow(/2\^13/);
    expect(() => worstCaseStudy(study({ deck: 'a' }))).toThrow(SpiceLabError);
    expect(() => worstCaseStudy(made('R1=normal(1%)'), { at: 0 })).toThrow(SpiceLabError);
  });
});

describe('sensitivity', () => {
  it('moves one target at a time, one standard deviation or a given step', () => {
    const own = made('R1=normal(1k,1%)', 'C1=uniform(tol=3%)');
    const [nominal, ...moved] = sensitivityStudy(own).points!.points;
    expect(nominal).toEqual([{ at: 1000 }, undefined]);
    expect(moved.map(([r, c]) => [at(r, 0), at(c, 1)])).toEqual([
      [990, 1],
      [1010, 1],
      [1000, expect.closeTo(1 - 0.03 / Math.sqrt(3), 12)],
      [1000, expect.closeTo(1 + 0.03 / Math.sqrt(3), 12)],
    ]);
    const stepped = sensitivityStudy(own, { step: { amount: 0.001, relative: true } }).points!.points;
    expect(stepped[1]).toEqual([{ at: 999 }, undefined]);
    expect(() => sensitivityStudy(own, { step: { amount: 0, relative: true } })).toThrow(SpiceLabError);
  });

  it.each([
    ['triangular(1,2,5)', Math.sqrt((1 + 4 + 25 - 2 - 5 - 10) / 18)],
    ['uniform(low=0,high=12)', Math.sqrt(12)],
    ['discrete(1,3)', 1],
    ['empirical(1,3,3,1)', 1],
    ['truncated(5,2,3)', 2],
  ])('steps by the standard deviation of %s', (text, sigma) => {
    const [nominal, low, high] = sensitivityStudy(made(`x=${text}`)).points!.points;
    expect(at(high![0], 2) - at(low![0], 2)).toBeCloseTo(2 * sigma, 12);
    expect((at(high![0], 2) + at(low![0], 2)) / 2).toBeCloseTo(at(nominal![0], 2), 12);
  });

  it('finds the exponents of a product as normalised sensitivities: f = 1 / (R C²) has -1 and -2', () => {
    const { points } = sensitivityStudy(made('R=normal(1k,0.01%)', 'C=normal(1n,0.01%)')).points!;
    const column = (v: number) => points.map((point) => at(point[v], 0));
    const [r, c] = [column(0), column(1)];
    const f = r.map((value, i) => 1 / (value * c[i]! ** 2));
    const found = sensitivities(
      [
        { name: 'R', values: r },
        { name: 'C', values: c },
      ],
      [{ name: 'f', values: f }],
    );
    expect(found.map(({ variable }) => variable)).toEqual(['R', 'C']);
    expect(found[0]!.normalised).toBeCloseTo(-1, 6);
    expect(found[1]!.normalised).toBeCloseTo(-2, 6);
    expect(found[0]!.absolute / (-f[0]! / 1000)).toBeCloseTo(1, 6);
    expect(signsOf(found)).toEqual(new Map([['f', [-1, -1]]]));
  });

  it('has no normalised value where the nominal is 0, and no sign where a point failed', () => {
    const found = sensitivities(
      [{ name: 'x', values: [0, -1, 1] }],
      [
        { name: 'm', values: [5, 4, 7] },
        { name: 'n', values: [1, Number.NaN, 1] },
      ],
    );
    expect(found[0]).toMatchObject({ absolute: 1.5, normalised: Number.NaN, swing: 3 });
    expect(signsOf(found).get('n')).toEqual([0]);
  });
});

describe('directed extremes', () => {
  const own = made('a=uniform(low=0,high=1)', 'b=uniform(low=0,high=1)', 'c=uniform(low=0,high=1)');

  it('are the two points per measurement that the signs point to, each simulated once', () => {
    const { study: directed, points } = directedExtremes(
      own,
      new Map([
        ['m', [1, -1, 0]],
        ['n', [-2, 3, 0]],
      ]),
    );
    expect(directed.points!.points.map((point) => point.map((value) => at(value, Number.NaN)))).toEqual([
      [0.5, 0.5, 0.5],
      [0, 1, 0.5],
      [1, 0, 0.5],
    ]);
    expect(points).toEqual([
      { point: 1, measurement: 'm', direction: 'least' },
      { point: 2, measurement: 'm', direction: 'greatest' },
      { point: 2, measurement: 'n', direction: 'least' },
      { point: 1, measurement: 'n', direction: 'greatest' },
    ]);
  });

  it('stay nominal for a measurement that nothing moves', () => {
    const { study: directed, points } = directedExtremes(own, new Map([['m', [0, Number.NaN, 0]]]));
    expect(directed.points!.points).toHaveLength(1);
    expect(points.map(({ point }) => point)).toEqual([0, 0]);
  });
});
