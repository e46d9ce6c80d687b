/** Beyond this many predictors only their own variances are kept, not how they vary together. */
export const MOST_JOINT = 200;

/**
 * Means, variances and covariances of predictors and responses, block of rows by block of rows
 * (Chan, Golub & LeVeque 1983). Sums of products of deviations, not yet divided by anything.
 */
export class CoMoments {
  n = 0;
  /** Predictors first, then responses. */
  readonly means: Float64Array;
  /** predictors x predictors, row-major, upper triangle; only the diagonal line where there are more than `MOST_JOINT`. */
  readonly xx: Float64Array;
  /** predictors x responses, row-major. */
  readonly xy: Float64Array;
  readonly yy: Float64Array;

  constructor(
    readonly predictors: number,
    readonly responses: number,
  ) {
    this.means = new Float64Array(predictors + responses);
    this.xx = new Float64Array(predictors * (this.joint ? predictors : 1));
    this.xy = new Float64Array(predictors * responses);
    this.yy = new Float64Array(responses);
  }

  get joint(): boolean {
    return this.predictors <= MOST_JOINT;
  }

  /** A copy that keeps only some responses. */
  subset(kept: readonly number[]): CoMoments {
    const copy = new CoMoments(this.predictors, kept.length);
    copy.n = this.n;
    copy.means.set(this.means.subarray(0, this.predictors));
    copy.xx.set(this.xx);
    kept.forEach((response, k) => {
      copy.means[this.predictors + k] = this.means[this.predictors + response]!;
      copy.yy[k] = this.yy[response]!;
      for (let i = 0; i < this.predictors; i++)
        copy.xy[i * kept.length + k] = this.xy[i * this.responses + response]!;
    });
    return copy;
  }

  /** Takes in `rows` rows of columns that are all finite; the columns are overwritten. */
  addBlock(columns: readonly Float64Array[], rows: number): void {
    if (rows === 0) return;
    const { predictors, responses, means } = this;
    const total = this.n + rows;
    // The covariance that the block's mean has with the mean so far joins the one within the block.
    const weight = (this.n * rows) / total;
    const shifts = new Float64Array(columns.length);
    columns.forEach((column, c) => {
      const mean = centre(column, rows);
      shifts[c] = mean - means[c]!;
      means[c]! += (shifts[c]! * rows) / total;
    });
    for (let i = 0; i < predictors; i++) {
      const x = columns[i]!;
      const shift = shifts[i]! * weight;
      if (this.joint)
        for (let j = i; j < predictors; j++)
          this.xx[i * predictors + j]! += dot(x, columns[j]!, rows) + shift * shifts[j]!;
      else this.xx[i]! += dot(x, x, rows) + shift * shifts[i]!;
      for (let k = 0; k < responses; k++)
        this.xy[i * responses + k]! +=
          dot(x, columns[predictors + k]!, rows) + shift * shifts[predictors + k]!;
    }
    for (let k = 0; k < responses; k++) {
      const y = columns[predictors + k]!;
      this.yy[k]! += dot(y, y, rows) + shifts[predictors + k]! ** 2 * weight;
    }
    this.n = total;
  }

  /** Sum of squared deviations of a predictor. */
  squares(predictor: number): number {
    return this.xx[this.joint ? predictor * this.predictors + predictor : predictor]!;
  }
}

function centre(column: Float64Array, rows: number): number {
  const origin = column[0]!;
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += column[r]! - origin;
  const mean = origin + sum / rows;
  for (let r = 0; r < rows; r++) column[r]! -= mean;
  return mean;
}

function dot(a: Float64Array, b: Float64Array, rows: number): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += a[r]! * b[r]!;
  return sum;
}
