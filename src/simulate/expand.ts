import type { Distribution, Plan } from '../plan/index.ts';
import type { DistributionSpec, Quantity, Study, Vary } from '../study/index.ts';

/** How a target says that it is a draw of the deck, whatever else has its name. */
const DRAW = 'draw:';

/**
 * The study with one tolerance per variable of its plan: wildcards told apart, draws of the deck among them, nominals from the
 * deck filled in.
 */
export function expandVary(study: Study, plan: Plan): Study {
  const names = new Set(plan.variables.map(({ name }) => name.toLowerCase()));
  // The plan tells a tolerance from an axis of the same target by a number: `R1` and `R1#2`.
  const targetOf = (name: string): string => {
    const plain = name.replace(/#\d+$/, '');
    return names.has(plain.toLowerCase()) ? plain : name;
  };
  const vary = plan.variables.flatMap(({ name, class: drawn, source }): Vary[] =>
    source.kind === 'random'
      ? [
          {
            target: drawn === undefined ? targetOf(name) : `${DRAW}${name}`,
            distribution: specOf(source.distribution),
          },
        ]
      : [],
  );
  return { ...study, vary };
}

/** The name of the variable that a target of `expandVary` becomes. */
export const variableOf = (target: string): string =>
  target.startsWith(DRAW) ? target.slice(DRAW.length) : target;

const absolute = (amount: number): Quantity => ({ amount, relative: false });

function specOf(distribution: Distribution): DistributionSpec {
  switch (distribution.kind) {
    case 'normal':
      return { kind: 'normal', nominal: distribution.mean, sigma: absolute(distribution.sigma) };
    case 'truncated-normal':
      return {
        kind: 'truncated-normal',
        nominal: distribution.mean,
        sigma: absolute(distribution.sigma),
        low: { at: distribution.low },
        high: { at: distribution.high },
      };
    case 'uniform':
      return { kind: 'uniform-range', low: distribution.low, high: distribution.high };
    case 'lognormal':
      return { kind: 'lognormal', nominal: distribution.median, sigma: distribution.sigma };
    case 'triangular':
      return {
        kind: 'triangular',
        nominal: distribution.mode,
        low: { at: distribution.low },
        high: { at: distribution.high },
      };
    case 'discrete':
      return { kind: 'discrete', values: distribution.values, weights: distribution.weights };
    case 'empirical':
      return { kind: 'empirical', values: distribution.sorted };
  }
}
