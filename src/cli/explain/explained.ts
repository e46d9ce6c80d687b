import type { Compiled, DeckExplanation, DrawClass, Notice, Rung } from '../../compile/index.ts';
import { type Distribution, type Plan, planDocument } from '../../plan/index.ts';

/** One variable of a plan, and how it gets into the simulator. */
export interface ExplainedVariable {
  readonly name: string;
  /** What it sets: `instance`, `parameter`, …, `draw` for a statistical call of the deck. */
  readonly kind: string;
  readonly class?: DrawClass | undefined;
  /** Absent of a corner, which is a name. */
  readonly nominal?: number | undefined;
  readonly unit: string;
  /** Absent where it is swept. */
  readonly distribution?: Distribution | undefined;
  /** One standard deviation, in the unit; of a lognormal distribution that of the logarithm. */
  readonly sigma?: number | undefined;
  readonly rung: Rung;
  readonly why: string;
  readonly reaches: readonly string[];
}

/** What `explain` says, for machines. */
export interface Explained {
  readonly type: 'explanation';
  readonly title: string;
  /** Absent where nothing is measured yet. */
  readonly plan?: { readonly id: string; readonly bytes: number; readonly circuits: number } | undefined;
  readonly variables: readonly ExplainedVariable[];
  readonly deck: DeckExplanation;
  readonly analyses: readonly string[];
  readonly measurements: readonly {
    readonly name: string;
    readonly unit: string;
    readonly analysis: string;
    readonly how: string;
  }[];
  readonly specs: readonly string[];
  readonly notices: readonly Notice[];
}

const NOTHING: DeckExplanation = { dead: [], held: [], tied: [], switches: [], kept: [] };

/** What became of a study: its variables, what of its deck varies and what does not, what is simulated and measured. */
export function explain({ plan, warnings, explanation, deck = NOTHING }: Compiled): Explained {
  const document = planDocument(plan);
  const variables = new Map(plan.variables.map((variable) => [variable.name, variable]));
  return {
    type: 'explanation',
    title: plan.title,
    plan: { id: document.id, bytes: document.bytes.length, circuits: plan.circuits.length },
    variables: explanation.map(({ variable: name, kind, rung, why, reaches = [], class: of }) => {
      const variable = variables.get(name);
      const distribution = variable?.source.kind === 'random' ? variable.source.distribution : undefined;
      return {
        name,
        kind,
        class: variable?.class ?? of,
        nominal: variable?.labels ? undefined : variable?.nominal,
        unit: variable?.unit ?? '',
        distribution,
        sigma: distribution && deviation(distribution),
        rung,
        why,
        reaches,
      };
    }),
    deck,
    analyses: plan.analyses.map(({ command }) => command),
    measurements: plan.measurements.map(measured),
    specs: plan.specs.map(({ name }) => name),
    notices: warnings,
  };
}

function measured({ name, unit, source }: Plan['measurements'][number]): Explained['measurements'][number] {
  return {
    name,
    unit,
    analysis: source.kind === 'scalars' ? '' : source.analysis,
    how: source.kind === 'meas' ? `.meas ${source.command}` : source.expression,
  };
}

/** One standard deviation; of a normal distribution cut to limits that of the uncut one. */
function deviation(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'normal':
    case 'truncated-normal':
    case 'lognormal':
      return distribution.sigma;
    case 'uniform':
      return (distribution.high - distribution.low) / Math.sqrt(12);
    case 'triangular': {
      const [low, high] = [distribution.low - distribution.mode, distribution.high - distribution.mode];
      return Math.sqrt((low * low + high * high - low * high) / 18);
    }
    case 'discrete':
      return weighted(distribution.values, distribution.weights);
    case 'empirical':
      return weighted(
        distribution.sorted,
        distribution.sorted.map(() => 1),
      );
  }
}

function weighted(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = values.reduce((sum, value, i) => sum + value * weights[i]!, 0) / total;
  return Math.sqrt(values.reduce((sum, value, i) => sum + weights[i]! * (value - mean) ** 2, 0) / total);
}
