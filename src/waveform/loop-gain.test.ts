import { describe, expect, it } from 'vitest';
import { compileMeasurement, type Plot } from './index.ts';
import { ac, logspace, poles } from './test-plots.ts';

const measure = (text: string, plot: Plot) => compileMeasurement(text).evaluate(plot);
const value = (text: string, plot: Plot) => {
  const { value: number, problem } = measure(text, plot);
  expect(problem).toBeUndefined();
  return number;
};
/** So dense that linear interpolation is good to about 1e-7. */
const grid = logspace(1, 1e9, 90_001);

describe('an RC low-pass', () => {
  const [r, c] = [1e3, 100e-12];
  const corner = 1 / (2 * Math.PI * r * c);
  const plot = ac(grid, { out: poles(1, [corner]) });

  it('has the bandwidth 1/(2πRC), whatever way it is asked for', () => {
    for (const text of [
      'bandwidth(v(out))',
      'bandwidth(vdb(out))',
      'bandwidth(10*v(out))',
      'when(vdb(out), -10*log10(2))',
      'when(vm(out), sqrt(0.5), fall=1)',
      'when(mag(v(out)), sqrt(0.5))',
      'when(ph(v(out)), -45)',
      'bandwidth(v(out), 10*log10(2))',
    ])
      expect(value(text, plot) / corner).toBeCloseTo(1, 6);
  });

  it('has the phase of its pole', () => {
    expect(value(`at(vp(out), ${corner})`, plot)).toBeCloseTo(-45, 5);
    expect(value(`at(imag(v(out)), ${corner})`, plot)).toBeCloseTo(-0.5, 6);
    expect(value('gain(v(out))', plot)).toBeCloseTo(0, 6);
    expect(value(`at(v(out), ${corner})`, plot)).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it('has no margins, and says why', () => {
    expect(measure('unity_gain(v(out)*0.5)', plot).problem).toMatch(/never falls through 0 dB/);
    expect(measure('gain_margin(v(out))', plot).problem).toMatch(
      /the phase of v\(out\) never falls through -180 deg/,
    );
    expect(measure('phase_margin(vdb(out))', plot).problem).toMatch(/is not complex/);
  });
});

describe('a band-pass', () => {
  it('has the width f0/Q about its peak', () => {
    const [f0, q] = [1e5, 10];
    const plot = ac(grid, {
      out: (f) => {
        const x = q * (f / f0 - f0 / f);
        return [1 / (1 + x * x), -x / (1 + x * x)];
      },
    });
    expect(value('bandwidth(v(out), ref=peak)', plot) / (f0 / q)).toBeCloseTo(1, 5);
    expect(value('max_at(vdb(out))', plot) / f0).toBeCloseTo(1, 3);
  });
});

describe('loop gain', () => {
  const [gain, p1, p2] = [1e4, 1e3, 2e7];
  // |A|² = 1: (1 + x/p1²)(1 + x/p2²) = A², x = f², a quadratic
  const a = 1 / (p1 * p1 * p2 * p2);
  const b = 1 / (p1 * p1) + 1 / (p2 * p2);
  const unity = Math.sqrt((-b + Math.sqrt(b * b + 4 * a * (gain * gain - 1))) / (2 * a));
  const margin = 180 - (Math.atan(unity / p1) + Math.atan(unity / p2)) * (180 / Math.PI);

  it.each([1, -1])('of two poles has the closed-form phase margin, sign %d', (sign) => {
    const plot = ac(grid, { out: poles(sign * gain, [p1, p2]) });
    expect(value('unity_gain(v(out))', plot) / unity).toBeCloseTo(1, 6);
    expect(value('phase_margin(v(out))', plot)).toBeCloseTo(margin, 4);
  });

  it.each([1, -1])('of three equal poles has the gain margin 20 log10(8/A), sign %d', (sign) => {
    const plot = ac(grid, { out: poles(sign * 5, [1e5, 1e5, 1e5]) });
    // each pole turns 60° at √3 times its frequency, where its gain is 1/2
    expect(value('gain_margin(v(out))', plot)).toBeCloseTo(20 * Math.log10(8 / 5), 4);
  });

  it('of an integrator starts at -90 degrees and has a margin of 90', () => {
    const plot = ac(grid, { out: (f) => [0, -1e6 / f] });
    expect(value('phase_margin(v(out))', plot)).toBeCloseTo(90, 6);
    expect(value('phase_margin(-v(out))', plot)).toBeCloseTo(90, 6);
  });

  it('has an unwrapped phase', () => {
    const plot = ac(grid, { out: poles(1, [1e4, 1e5, 1e6, 1e6, 1e6]) });
    expect(value('last(cph(v(out)))', plot)).toBeCloseTo(-450, 0);
    expect(value('last(ph(v(out)))', plot)).toBeCloseTo(-90, 0);
  });
});
