import { type Plan, planSchema } from '../src/plan/schema.ts';

/** What distinguishes one plan for tests from another. */
export interface Sketch {
  /** Normal variables of mean 0 and sigma 1. */
  readonly variables?: readonly string[];
  /** Measurement -> expression over `$0`, `$1`, …, computed by the formula engine. */
  readonly measure: Readonly<Record<string, string>>;
  readonly deck?: string;
  readonly seed?: number;
}

/** A plan that needs no simulator. */
export function sketchPlan({ variables = ['x'], measure, deck = 'sketch\n.end\n', seed = 1 }: Sketch): Plan {
  return planSchema.parse({
    format: 1,
    title: 'sketch',
    circuits: [
      {
        label: '',
        text: deck,
        slots: [],
        sources: ['sketch.cir'],
        origins: [{ line: 1, source: 0, sourceLine: 1 }],
      },
    ],
    variables: variables.map((name) => ({
      name,
      unit: '',
      nominal: 0,
      source: { kind: 'random', distribution: { kind: 'normal', mean: 0, sigma: 1 } },
    })),
    axes: [],
    sampling: { method: 'random', seed },
    correlations: [],
    assignments: [],
    analyses: [],
    measurements: Object.entries(measure).map(([name, expression]) => ({
      name,
      unit: '',
      source: { kind: 'scalars', expression },
    })),
    specs: [],
    waveforms: [],
  });
}
