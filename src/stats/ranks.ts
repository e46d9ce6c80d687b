/** Ranks from 1, equal values sharing the mean of theirs; NaN stays NaN. Halves are exact in 32 bits up to 8 million values. */
export function averageRanks(values: ArrayLike<number>): Float32Array {
  const sorted = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) sorted[count++] = values[i]!;
  return ranksAmong(sorted.subarray(0, count).sort(), values);
}

function ranksAmong(sorted: Float64Array, values: ArrayLike<number>): Float32Array {
  const ranks = new Float32Array(values.length);
  for (let i = 0; i < ranks.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) ranks[i] = Number.NaN;
    else {
      const first = countBelow(sorted, value);
      let last = first;
      if (sorted[first + 1] === value) last = countUpTo(sorted, value, first) - 1;
      ranks[i] = (first + last) / 2 + 1;
    }
  }
  return ranks;
}

/** Pearson's correlation, which of ranks is Spearman's (1904); 0 where one does not vary. Pairs with NaN are left out by the caller. */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanX += x[i]!;
    meanY += y[i]!;
  }
  meanX /= n;
  meanY /= n;
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [x[i]! - meanX, y[i]! - meanY];
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : 0;
}

/**
 * Correlation ratio of y within categories, 0 to 1: the square root of the share of its variance that lies between them
 * (Pearson 1905). Of ranks, its square is Kruskal & Wallis' H over n - 1.
 */
export function correlationRatio(categories: ArrayLike<number>, y: ArrayLike<number>): number {
  const groups = new Map<number, { n: number; sum: number }>();
  let mean = 0;
  for (let i = 0; i < y.length; i++) mean += y[i]! / y.length;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const deviation = y[i]! - mean;
    total += deviation * deviation;
    const group = groups.get(categories[i]!) ?? { n: 0, sum: 0 };
    group.n++;
    group.sum += deviation;
    groups.set(categories[i]!, group);
  }
  let between = 0;
  for (const { n, sum } of groups.values()) between += (sum * sum) / n;
  return total > 0 ? Math.sqrt(Math.min(1, between / total)) : 0;
}

function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countUpTo(sorted: Float64Array, value: number, from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
