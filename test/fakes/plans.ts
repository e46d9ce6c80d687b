import { type Plan, planSchema } from '../../src/plan/schema.ts';

/** A plan of the formula engine: two normal variables, `sum` ~ N(0, sqrt 2) and `product` of them. */
export function formulaPlan(more: Partial<Plan> = {}): Plan {
  const normal = { kind: 'normal', mean: 0, sigma: 1 } as const;
  return planSchema.parse({
    format: 1,
    title: 'formulas',
    circuits: [{ label: '', text: 'title\n.end\n', slots: [], sources: ['f.cir'], origins: [] }],
    variables: ['x', 'y'].map((name) => ({
      name,
      unit: '',
      nominal: 0,
      source: { kind: 'random', distribution: normal },
    })),
    axes: [],
    sampling: { method: 'random', seed: 1 },
    correlations: [],
    assignments: [],
    analyses: [],
    measurements: [
      { name: 'sum', unit: 'V', source: { kind: 'scalars', expression: '$0 + $1' } },
      { name: 'product', unit: '', source: { kind: 'scalars', expression: '$0 * $1' } },
    ],
    specs: [{ name: 'sum', measurement: 'sum', low: -2 }],
    waveforms: [],
    ...more,
  });
}
