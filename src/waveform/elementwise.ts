import { map, mapComplex, real } from './arithmetic.ts';
import type { UnitRule, VectorFunction } from './function.ts';
import type { AnalysisKind, Vector } from './types.ts';

type Apply = (a: Vector) => Vector;

const DEGREES = 180 / Math.PI;

export function decibel(a: Vector): Vector {
  const { re, im } = a;
  const out = new Float64Array(re.length);
  for (let k = 0; k < re.length; k++) {
    // 10 log10 of the square where that cannot overflow: hypot is slow, and this is the hot path of AC runs
    const square = im ? re[k]! * re[k]! + im[k]! * im[k]! : re[k]! * re[k]!;
    out[k] =
      square > 1e-290 && square < 1e290
        ? 10 * Math.log10(square)
        : 20 * Math.log10(im ? Math.hypot(re[k]!, im[k]!) : Math.abs(re[k]!));
  }
  return { re: out };
}

export function phase(a: Vector): Vector {
  const { re, im } = a;
  return { re: re.map((x, k) => Math.atan2(im ? im[k]! : 0, x) * DEGREES) };
}

/** Phase in degrees without jumps of more than 180 from point to point. */
export function unwrappedPhase(a: Vector): Vector {
  const out = phase(a).re;
  let turns = 0;
  let before = out[0] ?? 0;
  for (let k = 1; k < out.length; k++) {
    const now = out[k]!;
    turns -= Math.round((now - before) / 360);
    before = now;
    out[k] = now + 360 * turns;
  }
  return { re: out };
}

function squareRoot(a: Vector): Vector {
  if (!a.im) return map(a, Math.sqrt);
  return mapComplex(a, (re, im) => {
    const size = Math.sqrt(Math.hypot(re, im));
    const angle = Math.atan2(im, re) / 2;
    return [size * Math.cos(angle), size * Math.sin(angle)];
  });
}

function exponential(a: Vector): Vector {
  if (!a.im) return map(a, Math.exp);
  return mapComplex(a, (re, im) => [Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im)]);
}

/** Second-order differences on a grid that need not be uniform (Fornberg 1988), one-sided at the ends. */
export function derivative(x: Float64Array, y: Float64Array): Float64Array {
  const n = y.length;
  const out = new Float64Array(n);
  if (n < 2) return out.fill(Number.NaN);
  const slope = (k: number): number => (y[k + 1]! - y[k]!) / (x[k + 1]! - x[k]!);
  out[0] = slope(0);
  out[n - 1] = slope(n - 2);
  for (let k = 1; k < n - 1; k++) {
    const left = x[k]! - x[k - 1]!;
    const right = x[k + 1]! - x[k]!;
    out[k] = (right * slope(k - 1) + left * slope(k)) / (left + right);
  }
  return out;
}

function define(
  name: string,
  summary: string,
  unit: UnitRule,
  apply: Apply,
  hint?: AnalysisKind,
): VectorFunction {
  return {
    name,
    signature: `${name}(expr)`,
    summary,
    unit,
    least: 1,
    most: 1,
    named: [],
    result: 'elementwise',
    hint,
    apply: (call) => apply(call.args[0]!),
  };
}

const ofReal =
  (f: (x: number) => number): Apply =>
  (a) =>
    map(a, f);

/** Functions that give a value for every point of their argument. */
export const ELEMENTWISE: readonly VectorFunction[] = [
  define('db', 'Decibels, 20 log10 of the magnitude.', 'dB', decibel),
  define('vdb', 'Decibels of a node voltage: vdb(out), vdb(a,b).', 'dB', decibel),
  define('mag', 'Magnitude.', 'of the argument', (a) => ({
    re: real({ ...a, im: a.im ?? a.re.map(() => 0) }),
  })),
  define('vm', 'Magnitude of a node voltage.', 'of the argument', (a) => ({
    re: real({ ...a, im: a.im ?? a.re.map(() => 0) }),
  })),
  define('abs', 'Magnitude, or absolute value where real.', 'of the argument', ofReal(Math.abs)),
  define('ph', 'Phase in degrees, -180 to 180.', 'deg', phase),
  define('vp', 'Phase of a node voltage in degrees (the vp of ngspice is in radians).', 'deg', phase),
  define('vph', 'Phase of a node voltage in degrees, as vp.', 'deg', phase),
  define('cph', 'Phase in degrees without jumps (unwrapped).', 'deg', unwrappedPhase),
  define('real', 'Real part.', 'of the argument', ({ re }) => ({ re })),
  define('vr', 'Real part of a node voltage.', 'of the argument', ({ re }) => ({ re })),
  define('imag', 'Imaginary part.', 'of the argument', (a) => ({
    re: a.im ?? new Float64Array(a.re.length),
  })),
  define('vi', 'Imaginary part of a node voltage.', 'of the argument', (a) => ({
    re: a.im ?? new Float64Array(a.re.length),
  })),
  define('sqrt', 'Square root.', 'none', squareRoot),
  define('exp', 'e to the power of the argument.', 'none', exponential),
  define('ln', 'Natural logarithm of the magnitude.', 'none', ofReal(Math.log)),
  define('log', 'Natural logarithm, as ln.', 'none', ofReal(Math.log)),
  define('log10', 'Decimal logarithm of the magnitude.', 'none', ofReal(Math.log10)),
  define('sqr', 'Square.', 'none', (a) =>
    a.im ? mapComplex(a, (re, im) => [re * re - im * im, 2 * re * im]) : map(a, (x) => x * x),
  ),
];
