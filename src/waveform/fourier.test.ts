import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMeasurement, type Plot } from './index.ts';
import { linspace, tran } from './test-plots.ts';

const measure = (text: string, plot: Plot) => compileMeasurement(text).evaluate(plot);
const value = (text: string, plot: Plot) => {
  const { value: number, problem } = measure(text, plot);
  expect(problem).toBeUndefined();
  return number;
};

/** A triangle of 1 kHz between -1 and 1, its corners among uneven points: the straight pieces are the curve itself. */
const quarters = linspace(0, 5e-3, 21);
const uneven = Float64Array.from(
  new Set([...quarters, ...linspace(0, 5e-3, 977)].map((t) => Math.round(t * 1e12) / 1e12)),
).sort();
const triangle = tran(uneven, {
  'v(out)': (t) => {
    const phase = (t * 1e3) % 1;
    return phase < 0.25 ? 4 * phase : phase < 0.75 ? 2 - 4 * phase : 4 * phase - 4;
  },
});

describe('harmonics', () => {
  it('of a triangle are 8/(pi k)^2, to the rounding of its corners', () => {
    for (const k of [1, 3, 5, 7, 9, 21])
      expect(value(`fourier(v(out), 1k, ${k})`, triangle)).toBeCloseTo(8 / (Math.PI * k) ** 2, 7);
    for (const k of [2, 4, 8]) expect(value(`fourier(v(out), 1k, ${k})`, triangle)).toBeCloseTo(0, 7);
    const expected = Math.sqrt([3, 5, 7, 9].reduce((sum, k) => sum + k ** -4, 0));
    expect(value('thd(v(out), 1k)', triangle)).toBeCloseTo(expected, 7);
    expect(value('thd(v(out), 1k, from=1m)', triangle)).toBeCloseTo(expected, 7);
    expect(value('thd(v(out), 1k, 3)', triangle)).toBeCloseTo(1 / 9, 7);
  });

  it('of a distorted sine have the sizes and phases that it was made with', () => {
    const wave = tran(linspace(0, 4e-3, 40_001), {
      'v(out)': (t) => {
        const w = 2 * Math.PI * 1e3 * t;
        return 0.5 + 2 * Math.cos(w - 0.3) + 0.02 * Math.cos(2 * w + 1) + 0.01 * Math.cos(3 * w);
      },
    });
    expect(value('fourier(v(out), 1k, 0)', wave)).toBeCloseTo(0.5, 9);
    expect(value('fourier(v(out), 1k)', wave)).toBeCloseTo(2, 6);
    expect(value('fourier(v(out), 1k, 2)', wave)).toBeCloseTo(0.02, 7);
    expect(value('fourier_phase(v(out), 1k)', wave)).toBeCloseTo((-0.3 * 180) / Math.PI, 6);
    expect(value('fourier_phase(v(out), 1k, 2)', wave)).toBeCloseTo(180 / Math.PI, 4);
    expect(value('thd(v(out), 1k)', wave)).toBeCloseTo(Math.hypot(0.01, 0.005), 8);
    expect(value('thd(v(out), 1k, from=0.25m, to=3.25m)', wave)).toBeCloseTo(Math.hypot(0.01, 0.005), 8);
  });

  it('leave out what comes before the last period unless a window asks for it', () => {
    const settled = tran(linspace(0, 4e-3, 20_001), {
      'v(out)': (t) => Math.sin(2 * Math.PI * 1e3 * t) * (t < 3e-3 ? 3 : 1),
    });
    expect(value('fourier(v(out), 1k)', settled)).toBeCloseTo(1, 5);
    expect(value('fourier(v(out), 1k, from=0)', settled)).toBeCloseTo(2.5, 3);
  });

  it('do not depend on where the time steps fall', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: 1e-3, max: 4.9, noNaN: true }), { maxLength: 60 }),
        (extra) => {
          const times = Float64Array.from(
            [...new Set([...linspace(0, 5, 21), ...extra])].sort((a, b) => a - b),
          );
          const curve = (t: number) => {
            const phase = t % 1;
            return phase < 0.25 ? 4 * phase : phase < 0.75 ? 2 - 4 * phase : 4 * phase - 4;
          };
          const plot = tran(times, { 'v(out)': curve });
          expect(value('fourier(v(out), 1)', plot)).toBeCloseTo(8 / Math.PI ** 2, 12);
          expect(value('thd(v(out), 1, 3)', plot)).toBeCloseTo(1 / 9, 12);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('that a curve cannot have say why', () => {
    expect(measure('thd(v(out), 100)', triangle).problem).toBe(
      'v(out) is shorter (5 ms) than a period (10 ms)',
    );
    expect(measure('thd(v(out), 0)', triangle).problem).toBe('the frequency is 0');
    expect(measure('fourier(v(out), 1k, 1.5)', triangle).problem).toBe('there is no harmonic 1.5');
    const silent = tran(linspace(0, 1, 11), { 'v(out)': () => 0 });
    expect(measure('thd(v(out), 1)', silent).problem).toBe('v(out) has nothing at 1 Hz');
  });
});
