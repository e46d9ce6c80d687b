/**
 * Two-sample Kolmogorov-Smirnov test: the chance of a greatest distance as large as this one where both samples come from
 * one distribution. Series and small-sample correction: Stephens (1970), J. R. Stat. Soc. B 32, 115-122. Ties make it
 * cautious.
 */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  let [i, j, distance] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (x[i] === value) i++;
    while (y[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const root = Math.sqrt((x.length * y.length) / (x.length + y.length));
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.min(1, Math.max(0, sum));
}

/** Pearson's coefficient; NaN where one of the two is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Float64Array.from(a), Float64Array.from(b)];
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let k = 0; k < x.length; k++) {
    const [dx, dy] = [x[k]! - mx, y[k]! - my];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

/** How many standard errors apart two correlation coefficients are, by Fisher's z; 0 where both are all but 1 or -1. */
export function correlationDistance(a: number, b: number, n: number): number {
  const whole = 1 - 1e-7;
  if (Math.abs(a) > whole && Math.abs(b) > whole && a * b > 0) return 0;
  return Math.abs(Math.atanh(a) - Math.atanh(b)) / Math.sqrt(2 / (n - 3));
}
