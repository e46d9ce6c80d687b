/** The standard normal distribution, accurate to about 1e-15 relative, in the tails too. */

const SQRT_HALF = Math.SQRT1_2;
const INVERSE_SQRT_PI = 1 / Math.sqrt(Math.PI);
const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

type Coefficients = readonly number[];

/** c[0] + c[1] x + c[2] x² + … */
function polynomial(c: Coefficients, x: number): number {
  let sum = 0;
  for (let i = c.length - 1; i >= 0; i--) sum = sum * x + c[i]!;
  return sum;
}

// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
const CENTRE_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const CENTRE_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const SHOULDER_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const SHOULDER_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const TAIL_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];

/** Standard normal quantile of p in (0, 1); -Infinity at 0, Infinity at 1 (Wichura 1988). */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail <= 0) return tail === 0 ? Math.sign(q) * Number.POSITIVE_INFINITY : Number.NaN;
  const magnitude = lowerTailMagnitude(Math.sqrt(-Math.log(tail)));
  return q < 0 ? -magnitude : magnitude;
}

/** -x where the logarithm of the lower tail at x is -r². */
function lowerTailMagnitude(r: number): number {
  if (r <= 5) return polynomial(SHOULDER_TOP, r - 1.6) / polynomial(SHOULDER_BOTTOM, r - 1.6);
  return polynomial(TAIL_TOP, r - 5) / polynomial(TAIL_BOTTOM, r - 5);
}

// Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation 23 (1969), highest set.
const ERF_TOP = [
  3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315,
];
const ERF_BOTTOM = [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1];
const ERFC_TOP = [
  1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001,
  66.11919063714163, 8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
];
const ERFC_BOTTOM = [
  1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903,
  537.1811018620099, 117.6939508913125, 15.744926110709835, 1,
];
const ERFC_FAR_TOP = [
  0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
  0.016315387137302097,
];
const ERFC_FAR_BOTTOM = [
  0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234604, 2.568520192289822, 1,
];

/** exp(x²) erfc(x) for x >= 0.46875. */
function scaledErfc(x: number): number {
  if (x <= 4) return polynomial(ERFC_TOP, x) / polynomial(ERFC_BOTTOM, x);
  const z = 1 / (x * x);
  return (INVERSE_SQRT_PI - (z * polynomial(ERFC_FAR_TOP, z)) / polynomial(ERFC_FAR_BOTTOM, z)) / x;
}

/** exp(-x²) without the error of rounding x² (splits x at 1/16, as Cody does). */
function expMinusSquare(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}

/** P(Z <= x) of the standard normal; the lower tail keeps its relative accuracy down to the smallest double. */
export function normalCdf(x: number): number {
  const y = Math.abs(x) * SQRT_HALF;
  if (y <= 0.46875) {
    const square = y * y;
    const erf = (y * polynomial(ERF_TOP, square)) / polynomial(ERF_BOTTOM, square);
    return 0.5 + 0.5 * Math.sign(x) * erf;
  }
  const tail = 0.5 * expMinusSquare(y) * scaledErfc(y);
  return x < 0 ? tail : 1 - tail;
}

/** ln P(Z <= x), finite for every finite x whose square is. */
export function normalLogCdf(x: number): number {
  if (x > -1) return Math.log(normalCdf(x));
  return Math.log(0.5 * scaledErfc(-x * SQRT_HALF)) - 0.5 * x * x;
}

/** Inverse of `normalLogCdf` for logarithms below ln(1/2), by Newton's method from the asymptotic inverse. */
export function normalLogQuantile(logP: number): number {
  if (logP > -300) return normalQuantile(Math.exp(logP));
  let x = -Math.sqrt(-2 * logP - Math.log(-2 * logP) - 2 * HALF_LOG_2PI);
  for (let step = 0; step < 8; step++) {
    const logCdf = normalLogCdf(x);
    const change = (logCdf - logP) * Math.exp(logCdf + 0.5 * x * x + HALF_LOG_2PI);
    x -= change;
    if (Math.abs(change) <= 1e-16 * -x) break;
  }
  return x;
}
