import { formatNumber } from '../expression/index.ts';
import { scalar, zip } from './arithmetic.ts';
import { derivative } from './elementwise.ts';
import type { Call, UnitRule, VectorFunction } from './function.ts';
import { NoValue, type Vector } from './types.ts';
import { scaleUnit } from './units.ts';
import { type Curve, curveOf, numberOf, scaleOf, valueAt, WINDOW } from './window.ts';

/** Area under a curve by the trapezoidal rule on its own, generally not uniform, grid. */
export function area(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 1; k < x.length; k++) sum += (x[k]! - x[k - 1]!) * (y[k]! + y[k - 1]!);
  return sum / 2;
}

function mean({ x, y }: Curve): number {
  return x.length === 1 ? y[0]! : area(x, y) / (x.at(-1)! - x[0]!);
}

function meanSquare({ x, y }: Curve, centre: number): number {
  return mean({ x, y: y.map((value) => (value - centre) ** 2) });
}

function extremeIndex(y: Float64Array, better: (a: number, b: number) => boolean): number {
  let best = -1;
  for (let k = 0; k < y.length; k++) {
    if (Number.isNaN(y[k]!)) continue;
    if (best < 0 || better(y[k]!, y[best]!)) best = k;
  }
  if (best < 0) throw new NoValue('there is no value that is a number');
  return best;
}

const most = (y: Float64Array): number => extremeIndex(y, (a, b) => a > b);
const least = (y: Float64Array): number => extremeIndex(y, (a, b) => a < b);

/** A scalar (an operating point) is a curve of one point that needs no scale. */
function valuesOf(call: Call): Curve {
  const argument = call.args[0]!;
  if (argument.re.length === 1 && !call.plot.vectors.has(call.plot.scale))
    return { x: Float64Array.of(0), y: argument.im ? curveLess(argument) : argument.re };
  return curveOf(call);
}

function curveLess({ re, im }: Vector): Float64Array {
  return Float64Array.of(Math.hypot(re[0]!, im?.[0] ?? 0));
}

function define(
  name: string,
  summary: string,
  unit: UnitRule,
  measure: (curve: Curve) => number,
): VectorFunction {
  return {
    name,
    signature: `${name}(expr, [from=, to=])`,
    summary,
    unit,
    least: 1,
    most: 1,
    named: WINDOW,
    result: 'scalar',
    apply: (call) => scalar(measure(valuesOf(call))),
  };
}

/** `max(expr)` is the largest of a vector, `max(a, b, …)` the larger of two at every point. */
function defineExtreme(
  name: 'max' | 'min',
  summary: string,
  index: (y: Float64Array) => number,
  pick: (a: number, b: number) => number,
): VectorFunction {
  return {
    ...define(name, summary, 'of the argument', ({ y }) => y[index(y)]!),
    signature: `${name}(expr, [from=, to=]) or ${name}(a, b, …)`,
    most: 64,
    apply: (call) => {
      if (call.args.length > 1) return call.args.reduce((a, b) => zip(a, b, pick));
      const { y } = valuesOf(call);
      return scalar(y[index(y)]!);
    },
  };
}

function part(vector: Vector, index: number): Vector {
  const at = (values: Float64Array): Float64Array => Float64Array.of(values.at(index)!);
  return { re: at(vector.re), im: vector.im && at(vector.im) };
}

/** Functions that make one number of a whole vector; complex vectors count by magnitude. */
export const STATISTICS: readonly VectorFunction[] = [
  defineExtreme('max', 'Largest value; with several arguments the largest at every point.', most, Math.max),
  defineExtreme(
    'min',
    'Smallest value; with several arguments the smallest at every point.',
    least,
    Math.min,
  ),
  define('max_at', 'Where the largest value is.', 'of the scale', ({ x, y }) => x[most(y)]!),
  define('min_at', 'Where the smallest value is.', 'of the scale', ({ x, y }) => x[least(y)]!),
  define(
    'pp',
    'Peak to peak: largest less smallest.',
    'of the argument',
    ({ y }) => y[most(y)]! - y[least(y)]!,
  ),
  define('avg', 'Mean over the scale (integral by its length).', 'of the argument', mean),
  define('rms', 'Root of the mean square over the scale.', 'of the argument', (curve) =>
    Math.sqrt(meanSquare(curve, 0)),
  ),
  define('std', 'Root of the mean square deviation from avg.', 'of the argument', (curve) =>
    Math.sqrt(meanSquare(curve, mean(curve))),
  ),
  define('integral', 'Integral over the scale, trapezoidal.', 'argument times scale', ({ x, y }) =>
    area(x, y),
  ),
  define('integ', 'As integral.', 'argument times scale', ({ x, y }) => area(x, y)),
  define('length', 'Number of points.', 'none', ({ y }) => y.length),
  {
    ...define('first', 'First value.', 'of the argument', () => 0),
    signature: 'first(expr)',
    named: [],
    apply: ({ args }) => part(args[0]!, 0),
  },
  {
    ...define('last', 'Last value.', 'of the argument', () => 0),
    signature: 'last(expr)',
    named: [],
    apply: ({ args }) => part(args[0]!, -1),
  },
  {
    ...define('at', 'Value where the scale is x, linear between points.', 'of the argument', () => 0),
    signature: 'at(expr, x)',
    least: 2,
    most: 2,
    named: [],
    apply: (call) => {
      const { plot, args, texts } = call;
      const x = scaleOf(plot, `at(${texts[0]}, …)`);
      const at = numberOf(call, 1)!;
      const found = args[0]!.re.length === 1 ? args[0] : valueAt(x, args[0]!, at);
      if (found) return found;
      const unit = scaleUnit(plot.kind);
      const [low, high] = [formatNumber(x[0]!, unit), formatNumber(x.at(-1)!, unit)];
      throw new NoValue(
        `${texts[0]} has no value at ${formatNumber(at, unit)} (swept from ${low} to ${high})`,
      );
    },
  },
  {
    ...define(
      'deriv',
      'Derivative along the scale, second-order differences.',
      'argument per scale',
      () => 0,
    ),
    signature: 'deriv(expr)',
    named: [],
    result: 'elementwise',
    apply: (call) => {
      const { x, y } = curveOf(call);
      return { re: derivative(x, y) };
    },
  },
];
