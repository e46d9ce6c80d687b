import { type CoMoments, MOST_JOINT } from './comoments.ts';
import { type Eigen, symmetricEigen } from './eigen.ts';

/** A linear model of one response on standardised predictors. */
export interface LinearModel {
  readonly n: number;
  /** Standard deviation of the response, n - 1. */
  readonly sigma: number;
  /** Per predictor of the matrix: change of the response per standard deviation of the predictor. */
  readonly slopes: Float64Array;
  /** Per predictor: its part of R², never negative. */
  readonly shares: Float64Array;
  readonly rSquared: number;
  /** R² less what chance alone would explain (Ezekiel 1930). */
  readonly adjusted: number;
}

/** Rows per predictor below which their correlations among each other are mostly noise. */
const ROWS_PER_PREDICTOR = 2;

/** Eigenvalues of a correlation matrix below this are taken for exact dependence between predictors. */
const SMALLEST_EIGENVALUE = 1e-9;

/**
 * Fits every response of `moments`. R² is divided among predictors, which may be correlated, by squared CAR scores
 * (Zuber & Strimmer 2011, "High-dimensional regression and variable selection using CAR scores"): they sum to R² and are
 * the squared correlations where predictors are uncorrelated. Exactly dependent predictors share what they explain.
 * With fewer than two rows per predictor, or more than 200 predictors, predictors are taken for uncorrelated and one
 * whose squared correlation is below 2 ln(predictors) / n, the level of noise (Donoho & Johnstone 1994), explains nothing.
 */
export function fitLinear(moments: CoMoments): LinearModel[] {
  const { predictors } = moments;
  const used: number[] = [];
  for (let i = 0; i < predictors; i++)
    if (varies(moments.squares(i), moments.means[i]!, moments.n)) used.push(i);
  const joint =
    moments.joint && used.length <= MOST_JOINT && moments.n >= ROWS_PER_PREDICTOR * used.length + 2;
  const eigen = joint ? symmetricEigen(correlations(moments, used), used.length) : undefined;
  return Array.from({ length: moments.responses }, (_, k) => fitOne(moments, used, eigen, k));
}

function fitOne(
  moments: CoMoments,
  used: readonly number[],
  eigen: Eigen | undefined,
  k: number,
): LinearModel {
  const { n, predictors, responses } = moments;
  const squares = moments.yy[k]!;
  const sigma = Math.sqrt(squares / (n - 1));
  const slopes = new Float64Array(predictors);
  const shares = new Float64Array(predictors);
  if (!varies(squares, moments.means[predictors + k]!, n))
    return { n, sigma, slopes, shares, rSquared: 0, adjusted: 0 };
  const withResponse = Float64Array.from(
    used,
    (i) => moments.xy[i * responses + k]! / Math.sqrt(moments.squares(i) * squares),
  );
  const { beta, car, rank } = eigen ? decorrelate(eigen, withResponse) : marginal(withResponse, n);
  used.forEach((i, u) => {
    slopes[i] = beta[u]! * sigma;
    shares[i] = car[u]! ** 2;
  });
  const rSquared = Math.min(
    1,
    shares.reduce((sum, share) => sum + share, 0),
  );
  const adjusted = Math.max(0, 1 - ((1 - rSquared) * (n - 1)) / Math.max(1, n - 1 - rank));
  return { n, sigma, slopes, shares, rSquared, adjusted };
}

/** Standardised coefficients R⁻¹ r and CAR scores R^(-1/2) r, over the eigenvectors that carry any variance. */
function decorrelate(eigen: Eigen, r: Float64Array): { beta: Float64Array; car: Float64Array; rank: number } {
  const size = r.length;
  const beta = new Float64Array(size);
  const car = new Float64Array(size);
  let rank = 0;
  for (let k = 0; k < size; k++) {
    const value = eigen.values[k]!;
    if (value < SMALLEST_EIGENVALUE * size) continue;
    rank++;
    let along = 0;
    for (let i = 0; i < size; i++) along += eigen.vectors[i * size + k]! * r[i]!;
    for (let i = 0; i < size; i++) {
      const part = eigen.vectors[i * size + k]! * along;
      beta[i]! += part / value;
      car[i]! += part / Math.sqrt(value);
    }
  }
  return { beta, car, rank };
}

function marginal(r: Float64Array, n: number): { beta: Float64Array; car: Float64Array; rank: number } {
  const noise = (2 * Math.log(Math.max(2, r.length))) / n;
  const kept = r.map((value) => (value * value < noise ? 0 : value));
  return { beta: r, car: kept, rank: kept.filter((value) => value !== 0).length };
}

function correlations(moments: CoMoments, used: readonly number[]): Float64Array {
  const size = used.length;
  const matrix = new Float64Array(size * size);
  for (let a = 0; a < size; a++)
    for (let b = a; b < size; b++) {
      const [i, j] = [used[a]!, used[b]!];
      const covariance = moments.xx[i * moments.predictors + j]!;
      const value = a === b ? 1 : covariance / Math.sqrt(moments.squares(i) * moments.squares(j));
      matrix[a * size + b] = value;
      matrix[b * size + a] = value;
    }
  return matrix;
}

/** Whether a spread is more than the rounding of its values. */
function varies(squares: number, mean: number, n: number): boolean {
  return n > 2 && squares / n > (1e-14 * mean) ** 2;
}
