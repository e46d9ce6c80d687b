import { studentQuantile } from './distributions.ts';
import type { Estimate } from './types.ts';

/**
 * How the rows of a group came about, which decides what their intervals are made from.
 * `independent`: random draws. `replicates`: draw j belongs to replicate j mod count, and replicates are independent of
 * each other although draws within one are not (scrambled Sobol points; draws that are repeated at several points of the
 * axes). `exhaustive`: every point there is was computed, so nothing is uncertain.
 */
export type Uncertainty =
  | { readonly kind: 'independent' }
  | {
      readonly kind: 'replicates';
      readonly count: number;
      readonly method: string;
      /** Rows that share one draw. */
      readonly rowsPerDraw: number;
    }
  | { readonly kind: 'exhaustive' };

export const EXHAUSTIVE = 'none: every point was computed';

/** Student's t interval around a pooled value, from the same statistic of each replicate; `undefined` where that says nothing. */
export function replicateInterval(
  value: number,
  perReplicate: readonly number[],
  confidence: number,
): Estimate | undefined {
  const count = perReplicate.length;
  if (count < 2 || !perReplicate.every(Number.isFinite)) return undefined;
  const mean = perReplicate.reduce((sum, x) => sum + x, 0) / count;
  // Where all agree, the rounding of their mean is no spread.
  if (perReplicate.every((x) => x === perReplicate[0])) return { value, low: value, high: value };
  const squares = perReplicate.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const half = studentQuantile((1 + confidence) / 2, count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { value, low: value - half, high: value + half };
}
