import { normalCdf, normalQuantile } from './normal.ts';
import type { Distribution } from './schema.ts';

/** The normal score of a value, the inverse of `QuantileFunction.ofScore`; `undefined` where several scores have one value. */
export function scoreOf(distribution: Distribution): ((value: number) => number) | undefined {
  switch (distribution.kind) {
    case 'normal': {
      const { mean, sigma } = distribution;
      return sigma > 0 ? (value) => (value - mean) / sigma : undefined;
    }
    case 'lognormal': {
      const { median, sigma } = distribution;
      return sigma > 0 ? (value) => Math.log(value / median) / sigma : undefined;
    }
    case 'uniform': {
      const { low, high } = distribution;
      return high > low ? (value) => scoreAt((value - low) / (high - low)) : undefined;
    }
    case 'triangular': {
      const { low, mode, high } = distribution;
      const [rising, falling] = [(high - low) * (mode - low), (high - low) * (high - mode)];
      if (high <= low) return undefined;
      return (value) =>
        scoreAt(value < mode ? (value - low) ** 2 / rising : 1 - (high - value) ** 2 / falling);
    }
    case 'truncated-normal': {
      const { mean, sigma, low, high } = distribution;
      const from = normalCdf((low - mean) / sigma);
      const between = normalCdf((high - mean) / sigma) - from;
      return between > 0
        ? (value) => scoreAt((normalCdf((value - mean) / sigma) - from) / between)
        : undefined;
    }
    case 'discrete':
    case 'empirical':
      return undefined;
  }
}

/** Limits round to probability 0 and 1; the numbers next to these keep scores finite. */
const scoreAt = (share: number): number => normalQuantile(Math.min(1 - 2 ** -53, Math.max(2 ** -53, share)));
