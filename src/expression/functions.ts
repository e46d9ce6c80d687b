/** A function of numbers; `most` undefined: as many arguments as one likes. */
export interface ScalarFunction {
  readonly least: number;
  readonly most: number | undefined;
  readonly apply: (...args: number[]) => number;
}

/**
 * The functions of ngspice's numparam with its meaning (measured of ngspice 39.3 by
 * `test/integration/expression.test.ts`): `log` is natural, `nint` rounds halves to even, `int` cuts off,
 * `pow(x,y)` is x^y while `pwr(x,y)` and the operator `^` are |x|^y. Where numparam stops with an error
 * (`sqrt(-1)`, `log(0)`, `1/0`) the answer is NaN or an infinity, so that one sample fails and not the run.
 * `atan2`, `hypot`, `round`, `u`, `uramp`, `if` are ours.
 */
export const SCALAR_FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map([
  unary('sqrt', Math.sqrt),
  unary('sqr', (x) => x * x),
  unary('abs', Math.abs),
  unary('sgn', Math.sign),
  unary('exp', Math.exp),
  unary('ln', Math.log),
  unary('log', Math.log),
  unary('log10', Math.log10),
  unary('sin', Math.sin),
  unary('cos', Math.cos),
  unary('tan', Math.tan),
  unary('asin', Math.asin),
  unary('acos', Math.acos),
  unary('atan', Math.atan),
  unary('arctan', Math.atan),
  unary('sinh', Math.sinh),
  unary('cosh', Math.cosh),
  unary('tanh', Math.tanh),
  unary('asinh', Math.asinh),
  unary('acosh', Math.acosh),
  unary('atanh', Math.atanh),
  unary('int', Math.trunc),
  unary('nint', roundHalfEven),
  unary('floor', Math.floor),
  unary('ceil', Math.ceil),
  unary('round', (x) => Math.sign(x) * Math.round(Math.abs(x))),
  unary('u', (x) => (x > 0 ? 1 : 0)),
  unary('uramp', (x) => Math.max(x, 0)),
  binary('pow', (x, y) => x ** y),
  binary('pwr', powerOfMagnitude),
  binary('atan2', Math.atan2),
  binary('hypot', Math.hypot),
  ['min', { least: 1, most: undefined, apply: Math.min }],
  ['max', { least: 1, most: undefined, apply: Math.max }],
  ['ternary_fcn', { least: 3, most: 3, apply: choose }],
  ['if', { least: 3, most: 3, apply: choose }],
]);

/** The operator `^` as numparam has it. */
export function powerOfMagnitude(x: number, y: number): number {
  return Math.abs(x) ** y;
}

/** The operator `\` as numparam has it: the whole part of |x/y|. */
export function wholeQuotient(x: number, y: number): number {
  return Math.floor(Math.abs(x / y));
}

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function choose(test = Number.NaN, then = Number.NaN, otherwise = Number.NaN): number {
  return test !== 0 ? then : otherwise;
}

function unary(name: string, apply: (x: number) => number): [string, ScalarFunction] {
  return [name, { least: 1, most: 1, apply: apply as ScalarFunction['apply'] }];
}

function binary(name: string, apply: (x: number, y: number) => number): [string, ScalarFunction] {
  return [name, { least: 2, most: 2, apply: apply as ScalarFunction['apply'] }];
}
