import { SCALAR_FUNCTIONS, type ScalarFunction } from '../expression/index.ts';
import { map, select, zip } from './arithmetic.ts';
import type { Call, VectorFunction } from './function.ts';
import type { Vector } from './types.ts';

const SUMMARIES: Readonly<Record<string, string>> = {
  sgn: 'Sign: -1, 0 or 1.',
  sin: 'Sine of radians.',
  cos: 'Cosine of radians.',
  tan: 'Tangent of radians.',
  asin: 'Arc sine in radians.',
  acos: 'Arc cosine in radians.',
  atan: 'Arc tangent in radians.',
  arctan: 'As atan.',
  sinh: 'Hyperbolic sine.',
  cosh: 'Hyperbolic cosine.',
  tanh: 'Hyperbolic tangent.',
  asinh: 'Inverse hyperbolic sine.',
  acosh: 'Inverse hyperbolic cosine.',
  atanh: 'Inverse hyperbolic tangent.',
  int: 'Whole part.',
  nint: 'Nearest whole number, halves to the even one.',
  floor: 'Next whole number below.',
  ceil: 'Next whole number above.',
  round: 'Nearest whole number, halves away from 0.',
  u: 'Unit step: 1 above 0, else 0.',
  uramp: 'The argument where above 0, else 0.',
  pow: 'x to the power y, with the sign of x.',
  pwr: '|x| to the power y.',
  atan2: 'Angle of the point (x, y) in radians: atan2(y, x).',
  hypot: 'Root of the sum of two squares.',
  ternary_fcn: 'The second argument where the first is not 0, else the third.',
  if: 'As ternary_fcn.',
};

const PARAMETERS = ['expr', 'x, y', 'test, a, b'];

/** The functions of numbers, applied to every point; complex numbers count by magnitude. `taken` have a meaning of their own. */
export function pointwise(taken: ReadonlySet<string>): VectorFunction[] {
  return [...SCALAR_FUNCTIONS]
    .filter(([name]) => !taken.has(name))
    .map(([name, { least, apply }]) => ({
      name,
      signature: `${name}(${PARAMETERS[least - 1]})`,
      summary: SUMMARIES[name] ?? 'As in SPICE.',
      unit: 'none',
      least,
      most: least,
      named: [],
      result: 'elementwise',
      apply: (call: Call) => applyTo(apply, call.args),
    }));
}

function applyTo(apply: ScalarFunction['apply'], [x, y, z]: readonly Vector[]): Vector {
  if (z) return select(x!, y!, z);
  return y ? zip(x!, y, apply) : map(x!, apply);
}
