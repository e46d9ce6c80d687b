/**
 * The x in [low, high] at which a growing function has the value p: Newton's method kept inside a shrinking bracket.
 * `high` may be infinite. Stops when x no longer changes.
 */
export function invert(
  cumulative: (x: number) => number,
  density: (x: number) => number,
  p: number,
  start: number,
  low: number,
  high: number,
): number {
  let [lower, upper, x] = [low, high, start];
  for (let step = 0; step < 400; step++) {
    const excess = cumulative(x) - p;
    if (excess === 0) return x;
    if (excess > 0) upper = x;
    else lower = x;
    let next = x - excess / density(x);
    if (!(next > lower && next < upper)) next = middle(lower, upper);
    if (Math.abs(next - x) <= 1e-16 * Math.abs(x) || next === lower || next === upper) return next;
    x = next;
  }
  return x;
}

/** Halves a bracket: by its logarithm when it spans decades, so that tiny roots are found too. */
function middle(lower: number, upper: number): number {
  if (upper === Number.POSITIVE_INFINITY) return 2 * Math.max(lower, 1);
  if (lower > 0 && upper > 4 * lower) return Math.sqrt(lower) * Math.sqrt(upper);
  if (lower === 0 && upper > 0) return upper / 8;
  return lower + (upper - lower) / 2;
}
