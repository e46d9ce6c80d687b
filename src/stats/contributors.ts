import type { ResponseMoments } from './covariance.ts';
import { fitLinear, type LinearModel } from './regression.ts';
import type { Contributor, Contributors } from './types.ts';

/** A variable and the predictors that stand for it: itself, or one indicator per label but the first. */
export interface VariablePredictors {
  readonly name: string;
  readonly categorical: boolean;
  readonly predictors: readonly number[];
}

/**
 * Which variable explains how much of each response, largest share first. The shares sum to the adjusted R². A
 * categorical variable's share is that of its indicators together; its `perSigma` is the standard deviation between its
 * labels, without a sign, and its `rankCorrelation` the correlation ratio of the ranks.
 * @param rankCorrelation of a variable (by position) with a response
 */
export function contributorsOf(
  names: readonly string[],
  variables: readonly VariablePredictors[],
  found: readonly ResponseMoments[],
  rankCorrelation: (variable: number, response: number) => number,
): Contributors[] {
  const models = new Map(found.map(({ moments }) => [moments, undefined as LinearModel[] | undefined]));
  return names.map((measurement, k) => {
    const { moments, response } = found[k]!;
    const fitted = models.get(moments) ?? fitLinear(moments);
    models.set(moments, fitted);
    const model = fitted[response]!;
    if (!(model.rSquared > 0)) return { measurement, rSquared: 0, contributors: [] };
    const scale = model.adjusted / model.rSquared;
    const contributors = variables.map((variable, v): Contributor => {
      const share = scale * variable.predictors.reduce((sum, p) => sum + model.shares[p]!, 0);
      return {
        variable: variable.name,
        share: Math.min(1, share),
        perSigma: variable.categorical
          ? Math.sqrt(share) * model.sigma
          : model.slopes[variable.predictors[0]!]!,
        rankCorrelation: rankCorrelation(v, k),
      };
    });
    contributors.sort(
      (a, b) => b.share - a.share || Math.abs(b.rankCorrelation) - Math.abs(a.rankCorrelation),
    );
    return { measurement, rSquared: model.adjusted, contributors };
  });
}
