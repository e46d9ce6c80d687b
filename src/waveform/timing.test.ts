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

/** 0 until 1 s, up to 2 by 2 s, down from 4 s to 5 s; points where the corners are, so that everything is exact. */
const pulse = tran(Float64Array.of(0, 1, 2, 4, 5, 6), {
  'v(out)': (t) => (t <= 1 || t >= 5 ? 0 : t < 2 ? 2 * (t - 1) : t <= 4 ? 2 : 2 * (5 - t)),
  'v(in)': (t) => (t > 0 ? 1 : 0),
});

/** Not uniform, so that means over time differ from means over points. */
const times = linspace(0, 1, 4001).map((x) => x * x * 3);
const sine = tran(times, { out: (t) => 1 + 2 * Math.sin(2 * Math.PI * t) });

const tau = 1e-3;
const step = tran(linspace(0, 12 * tau, 24001), { 'v(out)': (t) => 5 * (1 - Math.exp(-t / tau)) });

/** Step response of a second-order system with damping zeta and natural frequency 1 rad/s. */
const zeta = 0.2;
const damped = Math.sqrt(1 - zeta * zeta);
const ringing = tran(linspace(0, 60, 60001), {
  'v(out)': (t) => 1 - (Math.exp(-zeta * t) * Math.sin(damped * t + Math.acos(zeta))) / damped,
});

describe('crossings', () => {
  it('are linear between points, counted by direction, with windows', () => {
    expect(value('when(v(out), 0.5)', pulse)).toBe(1.25);
    expect(value('cross(v(out), 0.5, fall=1)', pulse)).toBe(4.75);
    expect(value('when(v(out), 0.5, cross=2)', pulse)).toBe(4.75);
    expect(value('when(v(out), 0.5, cross=last)', pulse)).toBe(4.75);
    expect(value('when(v(out), 0.5, from=3)', pulse)).toBe(4.75);
    expect(value('when(v(out), 2)', pulse)).toBe(2);
    expect(value('at(v(out), when(v(out), 1.3))', pulse)).toBeCloseTo(1.3, 14);
  });

  it('that never come say what the curve does instead', () => {
    const weak = tran(Float64Array.of(0, 1), { 'v(out)': (t) => 0.4 * t });
    expect(measure('when(v(out), 0.9)', weak)).toEqual({
      value: Number.NaN,
      problem: 'v(out) never crosses 900 mV (it stays between 0 V and 400 mV)',
    });
    expect(measure('when(v(out), 0.5, rise=2)', pulse).problem).toBe(
      'v(out) rises through 500 mV only once, not 2',
    );
    expect(measure('when(v(out), 0.5, from=7, to=8)', pulse).problem).toMatch(/no points from 7 s to 8 s/);
    expect(measure('at(v(out), 10)', pulse).problem).toBe(
      'v(out) has no value at 10 s (swept from 0 s to 6 s)',
    );
    expect(measure('rise(v(flat))', tran(Float64Array.of(0, 1), { 'v(flat)': () => 1 })).problem).toBe(
      'v(flat) does not move (it stays at 1 V)',
    );
  });

  it('of any polyline are where it has the level', () => {
    const curve = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(curve, fc.integer({ min: -4, max: 4 }), (ys, level) => {
        const x = Float64Array.from(ys, (_, k) => k);
        const plot = tran(x, { out: (t) => ys[t]! });
        const found = measure(`at(out, when(out, ${level}+0.5))`, plot);
        if (!found.problem) expect(found.value).toBeCloseTo(level + 0.5, 12);
        else expect(ys.every((y) => y > level + 0.5) || ys.every((y) => y < level + 0.5)).toBe(true);
      }),
    );
  });
});

describe('edges', () => {
  it('rise and fall from 10 to 90 % of the swing', () => {
    expect(value('rise(v(out))', pulse)).toBeCloseTo(0.8, 14);
    expect(value('fall(v(out), 20%, 80%)', pulse)).toBeCloseTo(0.6, 14);
    expect(value('slew(v(out))', pulse)).toBeCloseTo(2, 13);
    expect(compileMeasurement('slew(v(out))').unit('tran')).toBe('V/s');
    expect(measure('rise(v(out), edge=2)', pulse).problem).toMatch(/only once, not 2/);
  });

  it('of an exponential take τ ln 9', () => {
    expect(value('rise(v(out), base=0, top=5)', step)).toBeCloseTo(tau * Math.log(9), 9);
  });

  it('lie a delay apart', () => {
    expect(value('delay(v(in), 0.5, v(out), 1)', pulse)).toBe(1);
    expect(value('delay(v(out), 1, v(out), 1, rise_a=1, fall_b=1)', pulse)).toBe(3);
  });
});

describe('steps', () => {
  it('of one pole settle to 1 % after τ ln 100', () => {
    expect(value('settling(v(out), final=5)', step)).toBeCloseTo(tau * Math.log(100), 8);
    expect(value('settling(v(out), 0.1%, final=5)', step)).toBeCloseTo(tau * Math.log(1000), 8);
    expect(value('overshoot(v(out))', step)).toBe(0);
  });

  it('of two poles overshoot by exp(-πζ/√(1-ζ²))', () => {
    const expected = Math.exp((-Math.PI * zeta) / damped);
    expect(value('overshoot(v(out), final=1)', ringing)).toBeCloseTo(expected, 6);
  });

  it('that have not ended have no settling time', () => {
    expect(measure('settling(v(out), final=10)', step).problem).toMatch(/does not settle/);
    expect(measure('overshoot(v(out))', pulse).problem).toMatch(/no step/);
  });
});

describe('periods', () => {
  it('of a sine are its own', () => {
    expect(value('period(out)', sine)).toBeCloseTo(1, 5);
    expect(value('frequency(v(out))', sine)).toBeCloseTo(1, 5);
    expect(value('duty(v(out))', sine)).toBeCloseTo(0.5, 4);
    // above 2 for asin(1/2) = 30° to 150°
    expect(value('duty(v(out), 2)', sine)).toBeCloseTo(1 / 3, 4);
    expect(measure('period(v(out))', pulse).problem).toMatch(/only once/);
  });
});

describe('statistics', () => {
  it('of a sine over whole periods are the closed forms', () => {
    expect(value('avg(out)', sine)).toBeCloseTo(1, 5);
    expect(value('rms(out)', sine)).toBeCloseTo(Math.sqrt(3), 5);
    expect(value('std(out)', sine)).toBeCloseTo(Math.SQRT2, 5);
    expect(value('pp(out)', sine)).toBeCloseTo(4, 5);
    expect(value('max_at(out, to=1)', sine)).toBeCloseTo(0.25, 3);
    expect(value('integral(out)', sine)).toBeCloseTo(3, 5);
    expect(value('max(deriv(out))', sine)).toBeCloseTo(4 * Math.PI, 3);
  });

  it('of ramps are exact, windows included', () => {
    const ramp = tran(Float64Array.of(0, 1, 3, 4), { out: (t) => 2 * t });
    expect(value('avg(out)', ramp)).toBe(4);
    expect(value('integral(out, from=0.5, to=3.5)', ramp)).toBe(12);
    expect(value('avg(out, from=0.5, to=3.5)', ramp)).toBe(4);
    expect(value('max(out, to=2.5)', ramp)).toBe(5);
    expect(value('min(out, from=0.25)', ramp)).toBe(0.5);
    expect(value('max(deriv(out)) - min(deriv(out))', ramp)).toBe(0);
    expect(value('first(out) + last(out) + length(out)', ramp)).toBe(12);
    expect(value('max(max(out, 5))', ramp)).toBe(8);
    expect(value('min(max(out, 5))', ramp)).toBe(5);
  });
});
