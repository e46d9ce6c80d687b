import type { Measurement, Variable } from '../plan/schema.ts';
import type { ResultBatch } from '../run/results.ts';
import { contributorsOf, type VariablePredictors } from '../stats/contributors.ts';
import { CovarianceCollector } from '../stats/covariance.ts';
import type { Contributors } from '../stats/types.ts';
import type { RankSample } from './rank-sample.ts';
import { usable } from './usable.ts';

/** Variables as the predictors of a regression; a categorical one becomes an indicator per label but the first. */
export class Predictors {
  readonly variables: readonly VariablePredictors[];
  readonly count: number;
  private readonly columns: readonly { readonly name: string; readonly label?: number }[];

  constructor(variables: readonly Variable[]) {
    const columns: { name: string; label?: number }[] = [];
    this.variables = variables.map((variable) => {
      const first = columns.length;
      if (variable.labels)
        for (let label = 1; label < variable.labels.length; label++)
          columns.push({ name: variable.name, label });
      else columns.push({ name: variable.name });
      const predictors = Array.from({ length: columns.length - first }, (_, k) => first + k);
      return { name: variable.name, categorical: variable.labels !== undefined, predictors };
    });
    this.columns = columns;
    this.count = columns.length;
  }

  /** The batch's columns, one per predictor. */
  read(batch: ResultBatch): ((row: number) => number)[] {
    return this.columns.map(({ name, label }) => {
      const column = batch.columns.get(name)!;
      return label === undefined ? (row) => column[row]! : (row) => (column[row] === label ? 1 : 0);
    });
  }
}

/** Numbers that a `ContributorCollector` keeps. */
export function contributorNumbers(predictors: number, responses: number): number {
  return 128 * (predictors + responses) + predictors * (Math.min(predictors, 200) + responses);
}

/** Finds the contributors of one group of samples. */
export class ContributorCollector {
  private readonly covariance: CovarianceCollector;
  private readonly row: Float64Array;

  constructor(
    private readonly predictors: Predictors,
    private readonly measurements: readonly Measurement[],
  ) {
    this.covariance = new CovarianceCollector(predictors.count, measurements.length);
    this.row = new Float64Array(predictors.count + measurements.length);
  }

  add(batch: ResultBatch, rows: Int32Array): void {
    const read = this.predictors.read(batch);
    const measured = this.measurements.map(({ name }) => batch.columns.get(name)!);
    for (const row of rows) {
      if (!usable(batch.status[row]!)) continue;
      for (let p = 0; p < read.length; p++) this.row[p] = read[p]!(row);
      for (let m = 0; m < measured.length; m++) this.row[read.length + m] = measured[m]![row]!;
      this.covariance.add(this.row);
    }
  }

  /** @param point of the axes, or `undefined` for all of them */
  result(ranks: RankSample, point: number | undefined): Contributors[] {
    const subset = ranks.subset(point);
    return contributorsOf(
      this.measurements.map(({ name }) => name),
      this.predictors.variables,
      this.covariance.finish(),
      (variable, measurement) => subset.correlation(variable, measurement),
    );
  }
}
