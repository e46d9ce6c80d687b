import { formatNumber } from '../expression/index.ts';
import { scalar } from './arithmetic.ts';
import type { Call, UnitRule, VectorFunction } from './function.ts';
import { NoValue } from './types.ts';
import { type Curve, curveOf, cutCurve, numberOf, WINDOW } from './window.ts';

/** Harmonics that `.four` of ngspice, LTspice and PSpice take into the distortion: up to the ninth. */
const HARMONICS = 9;

/** One harmonic: `amplitude * cos(2 pi k f t + phase)`, t from the start of the periods looked at. */
interface Harmonic {
  readonly re: number;
  readonly im: number;
}

/**
 * The `order`-th Fourier coefficient (peak, not rms) of a curve of straight pieces over whole periods of `f`, integrated in
 * closed form piece by piece: no resampling, whatever the time steps are.
 */
function harmonicOf({ x, y }: Curve, f: number, order: number): Harmonic {
  const omega = 2 * Math.PI * f * order;
  let re = 0;
  let im = 0;
  for (let k = 1; k < x.length; k++) {
    const step = x[k]! - x[k - 1]!;
    const half = (omega * step) / 2;
    const middle = omega * ((x[k]! + x[k - 1]!) / 2 - x[0]!);
    const level = ((y[k]! + y[k - 1]!) / 2) * step * sinc(half);
    const slope = ((y[k]! - y[k - 1]!) / 2) * step * ramp(half);
    // (level - j slope) e^(-j middle)
    re += level * Math.cos(middle) - slope * Math.sin(middle);
    im -= level * Math.sin(middle) + slope * Math.cos(middle);
  }
  const length = x.at(-1)! - x[0]!;
  return { re: (2 * re) / length, im: (2 * im) / length };
}

const sinc = (u: number): number => (Math.abs(u) < 1e-4 ? 1 - (u * u) / 6 : Math.sin(u) / u);

/** (sin u - u cos u) / u², by its series where that cancels. */
const ramp = (u: number): number =>
  Math.abs(u) < 1e-2 ? (u / 3) * (1 - (u * u) / 10) : (Math.sin(u) - u * Math.cos(u)) / (u * u);

/** The last period; with `from=` or `to=` the most whole periods that end at `to`. */
function wholePeriods(call: Call, f: number): Curve {
  const curve = curveOf(call);
  const [start, end] = [curve.x[0]!, curve.x.at(-1)!];
  const period = 1 / f;
  const fit = Math.floor((end - start) * f * (1 + 1e-9));
  if (fit < 1)
    throw new NoValue(
      `${call.texts[0]} is shorter (${formatNumber(end - start, 's')}) than a period (${formatNumber(period, 's')})`,
    );
  const windowed = call.named['from'] !== undefined || call.named['to'] !== undefined;
  return cutCurve(curve, Math.max(start, end - (windowed ? fit : 1) * period), end);
}

interface Wanted {
  readonly curve: Curve;
  readonly f: number;
  /** The third argument: a number of harmonics, or the one harmonic. */
  readonly count: number;
}

function read(call: Call, otherwise: number): Wanted {
  const f = numberOf(call, 1)!;
  if (!(f > 0)) throw new NoValue(`the frequency is ${f}`);
  const count = numberOf(call, 2) ?? otherwise;
  if (!Number.isInteger(count) || count < 0) throw new NoValue(`there is no harmonic ${count}`);
  return { curve: wholePeriods(call, f), f, count };
}

function amplitude(call: Call): number {
  const { curve, f, count } = read(call, 1);
  const { re, im } = harmonicOf(curve, f, count);
  // of a constant, the integral is not doubled
  return count === 0 ? re / 2 : Math.hypot(re, im);
}

function phase(call: Call): number {
  const { curve, f, count } = read(call, 1);
  const { re, im } = harmonicOf(curve, f, count);
  return (Math.atan2(im, re) * 180) / Math.PI;
}

function distortion(call: Call): number {
  const { curve, f, count } = read(call, HARMONICS);
  const sizeOf = (order: number): number => {
    const { re, im } = harmonicOf(curve, f, order);
    return Math.hypot(re, im);
  };
  const fundamental = sizeOf(1);
  if (fundamental === 0) throw new NoValue(`${call.texts[0]} has nothing at ${formatNumber(f, 'Hz')}`);
  let square = 0;
  for (let order = 2; order <= count; order++) square += sizeOf(order) ** 2;
  return Math.sqrt(square) / fundamental;
}

function define(
  name: string,
  third: string,
  summary: string,
  unit: UnitRule,
  measure: (call: Call) => number,
): VectorFunction {
  return {
    name,
    signature: `${name}(expr, f, [${third}], [from=, to=])`,
    summary,
    unit,
    least: 2,
    most: 3,
    named: WINDOW,
    result: 'scalar',
    hint: 'tran',
    apply: (call) => scalar(measure(call)),
  };
}

/** Harmonics of a periodic curve (Fourier series of its piecewise linear course). */
export const FOURIER: readonly VectorFunction[] = [
  define(
    'thd',
    'harmonics=9',
    'Total harmonic distortion: root of the sum of squares of the harmonics 2 to 9 over the first, in the last period of f (with a window: all whole periods before its end); 0.01 is 1 %.',
    'none',
    distortion,
  ),
  define(
    'fourier',
    'harmonic=1',
    'Amplitude (peak) of that harmonic of f in the same periods; harmonic 0 is the mean.',
    'of the argument',
    amplitude,
  ),
  define(
    'fourier_phase',
    'harmonic=1',
    'Phase of that harmonic, of a cosine that begins with the periods.',
    'deg',
    phase,
  ),
];
