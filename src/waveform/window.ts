import { SpiceLabError } from '../errors/index.ts';
import { formatNumber } from '../expression/index.ts';
import { real } from './arithmetic.ts';
import type { Call } from './function.ts';
import { NoValue, type Plot, type Vector } from './types.ts';
import { scaleUnit } from './units.ts';

/** A real curve over the scale, within a call's `from=` and `to=`. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export const WINDOW = ['from', 'to'] as const;

/** The values of the scale. @throws SpiceLabError EXPRESSION_TYPE in a plot without one (`op`, `tf`) */
export function scaleOf(plot: Plot, wanted: string): Float64Array {
  const scale = plot.vectors.get(plot.scale);
  if (scale) return scale.re;
  throw new SpiceLabError('EXPRESSION_TYPE', `${wanted} needs a sweep, and .${plot.kind} has none`, {
    remedy: 'Measure it in a dc, ac, tran or noise analysis.',
  });
}

/** Argument `index` as one number; `undefined` when it was left out. @throws SpiceLabError EXPRESSION_TYPE for a curve */
export function numberOf(call: Call, index: number): number | undefined {
  const argument = call.args[index];
  if (argument === undefined) return undefined;
  if (argument.re.length === 1) return real(argument)[0];
  const text = call.texts[index]!;
  throw new SpiceLabError('EXPRESSION_TYPE', `${text} is a curve where a number is needed`, {
    remedy: `Give a number, such as max(${text}); to see where two curves meet, use when(a - b, 0).`,
  });
}

/** Argument `index` as a curve, cut to `from=`/`to=` with interpolated ends. @throws NoValue when nothing is left */
export function curveOf(call: Call, index = 0): Curve {
  const text = call.texts[index]!;
  const x = scaleOf(call.plot, text);
  const y = real(call.args[index]!);
  if (y.length !== x.length) {
    if (y.length === 1) return { x, y: new Float64Array(x.length).fill(y[0]!) };
    throw new SpiceLabError('EXPRESSION_TYPE', `${text} has ${y.length} points and its scale ${x.length}`, {
      remedy: 'Measure vectors of one analysis only.',
    });
  }
  const { from, to } = call.named;
  if (x.length === 0) throw new NoValue(`${text} has no points`);
  if (from === undefined && to === undefined) return { x, y };
  const cut = cutCurve({ x, y }, from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY);
  if (cut.x.length > 0) return cut;
  const unit = scaleUnit(call.plot.kind);
  throw new NoValue(
    `${text} has no points from ${formatNumber(from ?? x[0]!, unit)} to ${formatNumber(to ?? x.at(-1)!, unit)}`,
  );
}

/** What lies from `from` to `to`, with interpolated ends. */
export function cutCurve(curve: Curve, from: number, to: number): Curve {
  const { x, y } = curve;
  const xs: number[] = [];
  const ys: number[] = [];
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  const push = (at: number, value: number): void => {
    if (at === xs.at(-1) && value === ys.at(-1)) return;
    xs.push(at);
    ys.push(value);
  };
  for (let k = 0; k < x.length; k++) {
    const before = x[k - 1];
    if (before !== undefined) {
      // in the direction of the sweep, which may run downwards
      const ends = before <= x[k]! ? [low, high] : [high, low];
      for (const end of ends)
        if ((before < end && end < x[k]!) || (x[k]! < end && end < before))
          push(end, interpolate(before, y[k - 1]!, x[k]!, y[k]!, end));
    }
    if (low <= x[k]! && x[k]! <= high) push(x[k]!, y[k]!);
  }
  return { x: Float64Array.from(xs), y: Float64Array.from(ys) };
}

/** Linear in x and y, as ngspice's `meas`, on logarithmic frequency axes too. */
export function interpolate(x0: number, y0: number, x1: number, y1: number, x: number): number {
  return x1 === x0 ? y0 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** The value of a vector at `at` on the scale, linear between points; `undefined` outside the sweep. */
export function valueAt(x: Float64Array, vector: Vector, at: number): Vector | undefined {
  for (let k = 0; k < x.length; k++) {
    const k1 = x[k] === at || k + 1 === x.length ? k : k + 1;
    const inside = (x[k]! <= at && at <= x[k1]!) || (x[k1]! <= at && at <= x[k]!);
    if (!inside) continue;
    const part = (y: Float64Array): Float64Array =>
      Float64Array.of(interpolate(x[k]!, y[k]!, x[k1]!, y[k1]!, at));
    return { re: part(vector.re), im: vector.im && part(vector.im) };
  }
  return undefined;
}
