import { SpiceLabError } from '../errors/index.ts';
import type { BinaryOperator } from '../expression/index.ts';
import type { Vector } from './types.ts';

export function scalar(value: number): Vector {
  return { re: Float64Array.of(value) };
}

/** Length of the result of an elementwise operation, where a scalar goes with everything. */
function commonLength(a: Vector, b: Vector): number {
  const [m, n] = [a.re.length, b.re.length];
  if (m === n || n === 1) return m;
  if (m === 1) return n;
  throw new SpiceLabError('EXPRESSION_TYPE', `vectors of ${m} and ${n} points cannot be combined`, {
    remedy: 'Combine vectors of one analysis only.',
  });
}

/** f of two real vectors, element by element. */
export function zip(a: Vector, b: Vector, f: (x: number, y: number) => number): Vector {
  const n = commonLength(a, b);
  const x = real(a);
  const y = real(b);
  const re = new Float64Array(n);
  const stepX = x.length === 1 ? 0 : 1;
  const stepY = y.length === 1 ? 0 : 1;
  for (let k = 0; k < n; k++) re[k] = f(x[k * stepX]!, y[k * stepY]!);
  return { re };
}

/** f of one real vector, element by element. */
export function map(a: Vector, f: (x: number) => number): Vector {
  const x = real(a);
  const re = new Float64Array(x.length);
  for (let k = 0; k < x.length; k++) re[k] = f(x[k]!);
  return { re };
}

type ComplexFunction = (ar: number, ai: number, br: number, bi: number) => readonly [number, number];

/** f of two vectors of which at least one is complex, element by element. */
function zipComplex(a: Vector, b: Vector, f: ComplexFunction): Vector {
  const n = commonLength(a, b);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const stepA = a.re.length === 1 ? 0 : 1;
  const stepB = b.re.length === 1 ? 0 : 1;
  for (let k = 0; k < n; k++) {
    const i = k * stepA;
    const j = k * stepB;
    const [r, m] = f(a.re[i]!, a.im ? a.im[i]! : 0, b.re[j]!, b.im ? b.im[j]! : 0);
    re[k] = r;
    im[k] = m;
  }
  return { re, im };
}

/** f of one complex vector, element by element. */
export function mapComplex(a: Vector, f: (re: number, im: number) => readonly [number, number]): Vector {
  return zipComplex(a, a, f);
}

/** Magnitude where complex, the values themselves where real: what counts wherever an order is needed. */
export function real(a: Vector): Float64Array {
  const { re, im } = a;
  if (!im) return re;
  const magnitude = new Float64Array(re.length);
  for (let k = 0; k < re.length; k++) magnitude[k] = Math.hypot(re[k]!, im[k]!);
  return magnitude;
}

/** Real numbers to any power that has a real value; complex otherwise. Unlike numparam's `^`, the sign is kept. */
function power(a: Vector, b: Vector): Vector {
  if (!a.im && !b.im) return zip(a, b, (x, y) => x ** y);
  return zipComplex(a, b, (ar, ai, br, bi) => {
    const modulus = Math.hypot(ar, ai);
    if (modulus === 0) return [br === 0 ? 1 : 0, 0];
    const angle = Math.atan2(ai, ar);
    const size = modulus ** br * Math.exp(-bi * angle);
    const turn = br * angle + bi * Math.log(modulus);
    return [size * Math.cos(turn), size * Math.sin(turn)];
  });
}

function divideComplex(ar: number, ai: number, br: number, bi: number): readonly [number, number] {
  // Smith 1962: no overflow in the square of the denominator
  if (Math.abs(br) >= Math.abs(bi)) {
    const ratio = bi / br;
    const size = br + bi * ratio;
    return [(ar + ai * ratio) / size, (ai - ar * ratio) / size];
  }
  const ratio = br / bi;
  const size = br * ratio + bi;
  return [(ar * ratio + ai) / size, (ai * ratio - ar) / size];
}

function either(
  onReal: (x: number, y: number) => number,
  onComplex: ComplexFunction,
): (a: Vector, b: Vector) => Vector {
  return (a, b) => (a.im || b.im ? zipComplex(a, b, onComplex) : zip(a, b, onReal));
}

function comparison(f: (x: number, y: number) => boolean): (a: Vector, b: Vector) => Vector {
  return (a, b) => zip(a, b, (x, y) => (f(x, y) ? 1 : 0));
}

/** The binary operators on vectors; comparisons and `%` of complex vectors go by magnitude. */
export const OPERATIONS: Readonly<Record<BinaryOperator, (a: Vector, b: Vector) => Vector>> = {
  '+': either(
    (x, y) => x + y,
    (ar, ai, br, bi) => [ar + br, ai + bi],
  ),
  '-': either(
    (x, y) => x - y,
    (ar, ai, br, bi) => [ar - br, ai - bi],
  ),
  '*': either(
    (x, y) => x * y,
    (ar, ai, br, bi) => [ar * br - ai * bi, ar * bi + ai * br],
  ),
  '/': either((x, y) => x / y, divideComplex),
  '%': (a, b) => zip(a, b, (x, y) => x % y),
  '\\': (a, b) => zip(a, b, (x, y) => Math.floor(Math.abs(x / y))),
  '^': power,
  '<': comparison((x, y) => x < y),
  '<=': comparison((x, y) => x <= y),
  '>': comparison((x, y) => x > y),
  '>=': comparison((x, y) => x >= y),
  '==': comparison((x, y) => x === y),
  '!=': comparison((x, y) => x !== y),
  '&&': comparison((x, y) => x !== 0 && y !== 0),
  '||': comparison((x, y) => x !== 0 || y !== 0),
};

export function negate(a: Vector): Vector {
  return a.im ? mapComplex(a, (re, im) => [-re, -im]) : map(a, (x) => -x);
}

/** test ? a : b, element by element. */
export function select(test: Vector, a: Vector, b: Vector): Vector {
  const mask = real(test);
  if (mask.length === 1) return mask[0] !== 0 ? a : b;
  const chosen = zip(test, a, () => 0).re.length;
  const pick = (from: Vector, k: number, part: 're' | 'im'): number =>
    from[part]?.[from.re.length === 1 ? 0 : k] ?? 0;
  const complex = a.im !== undefined || b.im !== undefined;
  const build = (part: 're' | 'im'): Float64Array =>
    Float64Array.from({ length: chosen }, (_, k) => pick(mask[k] !== 0 ? a : b, k, part));
  return complex ? { re: build('re'), im: build('im') } : { re: build('re') };
}
