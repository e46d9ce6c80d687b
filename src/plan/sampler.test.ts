import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler, type SamplerPlan } from './sampler.ts';
import type { Axis, Distribution, Sampling, Variable } from './schema.ts';

const random = (name: string, distribution: Distribution): Variable => ({
  name,
  unit: '',
  nominal: 0,
  source: { kind: 'random', distribution },
});
const onAxis = (name: string, axis: number): Variable => ({
  name,
  unit: '',
  nominal: 0,
  source: { kind: 'axis', axis },
});

const DISTRIBUTIONS: readonly Distribution[] = [
  { kind: 'normal', mean: 0, sigma: 1 },
  { kind: 'truncated-normal', mean: 0, sigma: 1, low: -1, high: 2 },
  { kind: 'uniform', low: -1, high: 1 },
  { kind: 'lognormal', median: 1, sigma: 0.3 },
  { kind: 'triangular', low: 0, mode: 1, high: 3 },
  { kind: 'discrete', values: [1, 2, 4], weights: [1, 1, 2] },
  { kind: 'empirical', sorted: [0, 0.5, 2] },
];

const samplings: fc.Arbitrary<Sampling> = fc.oneof(
  fc.record({ method: fc.constant('random' as const), seed: fc.nat() }),
  fc.record({
    method: fc.constant('sobol' as const),
    seed: fc.nat(),
    replicates: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({ method: fc.constant('lhs' as const), seed: fc.nat(), block: fc.integer({ min: 1, max: 300 }) }),
);

/** Every distribution, two of them correlated with a third, beside 0 to 2 axes of which one chooses circuits. */
const plans: fc.Arbitrary<SamplerPlan> = fc
  .tuple(samplings, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.nat(2))
  .map(([sampling, long, short, axisCount]) => {
    const variables = DISTRIBUTIONS.map((distribution, i) => random(`v${i}`, distribution));
    const axes: Axis[] = [];
    const first = variables.length;
    if (axisCount > 0) {
      variables.push(onAxis('x', 0), onAxis('y', 0));
      const values = Array.from({ length: long }, (_, i) => i + 0.5);
      axes.push({
        name: 'x',
        length: long,
        columns: [
          { variable: first, values },
          { variable: first + 1, values: values.map((v) => -v) },
        ],
      });
    }
    if (axisCount > 1) {
      variables.push(onAxis('corner', 1));
      const values = Array.from({ length: short }, (_, i) => i);
      axes.push({
        name: 'corner',
        length: short,
        columns: [{ variable: first + 2, values }],
        circuits: values,
      });
    }
    const correlations = [
      {
        members: [0, 3, 5],
        matrix: [
          [1, 0.8, -0.5],
          [0.8, 1, 0],
          [-0.5, 0, 1],
        ],
      },
    ];
    return { variables, axes, sampling, correlations };
  });

describe('sample i is a pure function of (plan, i)', () => {
  it('a batch of 256 equals 256 batches of 1 in shuffled order, bit for bit', () => {
    fc.assert(
      fc.property(plans, fc.nat(10_000), fc.nat(), (plan, start, salt) => {
        const whole = createSampler(plan).batch(start, start + 256);
        const width = plan.variables.length;
        const single = createSampler(plan);
        const order = Array.from({ length: 256 }, (_, i) => (i * 77 + salt) % 256);
        for (const row of order) {
          const one = single.batch(start + row, start + row + 1);
          expect(one.samples[0]).toBe(start + row);
          expect(one.circuits[0]).toBe(whole.circuits[row]);
          expect(Buffer.from(one.values.buffer)).toEqual(
            Buffer.from(whole.values.slice(row * width, (row + 1) * width).buffer),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('holds far out: sample 10 million is the same alone and in a run', () => {
    for (const sampling of [
      { method: 'random', seed: 1 },
      { method: 'sobol', seed: 1, replicates: 16 },
      { method: 'lhs', seed: 1, block: 1000 },
    ] as const) {
      const plan: SamplerPlan = {
        variables: [random('a', DISTRIBUTIONS[0]!)],
        axes: [],
        sampling,
        correlations: [],
      };
      const run = createSampler(plan).batch(9_999_990, 10_000_010);
      expect(createSampler(plan).batch(10_000_000, 10_000_001).values[0]).toBe(run.values[10]);
    }
  });

  it('does not change a variable when another is added behind it, or, pseudo-randomly, anywhere', () => {
    const a = random('a', DISTRIBUTIONS[0]!);
    const b = random('b', DISTRIBUTIONS[2]!);
    const column = (variables: Variable[], sampling: Sampling, name: string) => {
      const k = variables.findIndex((variable) => variable.name === name);
      const { values, rows } = createSampler({ variables, axes: [], sampling, correlations: [] }).batch(
        0,
        50,
      );
      return Array.from({ length: rows }, (_, row) => values[row * variables.length + k]!);
    };
    const plain: Sampling = { method: 'random', seed: 3 };
    expect(column([b, a], plain, 'a')).toEqual(column([a], plain, 'a'));
    for (const sampling of [
      plain,
      { method: 'sobol', seed: 3, replicates: 4 },
      { method: 'lhs', seed: 3, block: 25 },
    ] as const)
      expect(column([a, b], sampling, 'a')).toEqual(column([a], sampling, 'a'));
  });
});

describe('points and draws', () => {
  const axes: Axis[] = [
    { name: 'x', length: 2, columns: [{ variable: 0, values: [10, 20] }] },
    { name: 'y', length: 3, columns: [{ variable: 1, values: [1, 2, 3] }], circuits: [0, 1, 0] },
  ];
  const variables = [onAxis('x', 0), onAxis('y', 1), random('r', { kind: 'uniform', low: 0, high: 1 })];
  const sampler = createSampler({
    variables,
    axes,
    sampling: { method: 'random', seed: 1 },
    correlations: [],
  });

  it('let the last axis run fastest', () => {
    const { values, circuits } = sampler.batch(0, 6);
    const pairs = Array.from({ length: 6 }, (_, row) => [values[row * 3], values[row * 3 + 1]]);
    expect(pairs).toEqual([
      [10, 1],
      [10, 2],
      [10, 3],
      [20, 1],
      [20, 2],
      [20, 3],
    ]);
    expect([...circuits]).toEqual([0, 1, 0, 0, 1, 0]);
    expect([sampler.points, sampler.pointOf(8), sampler.drawOf(8)]).toEqual([6, 2, 1]);
  });

  it('draw the same numbers at every point (common random numbers)', () => {
    const { values } = sampler.batch(0, 18);
    for (let row = 0; row < 18; row++) expect(values[row * 3 + 2]).toBe(values[(row - (row % 6)) * 3 + 2]);
    expect(values[2]).not.toBe(values[6 * 3 + 2]);
  });
});

describe('correlated groups', () => {
  it.each([
    { method: 'random', seed: 11 },
    { method: 'sobol', seed: 11, replicates: 8 },
    { method: 'lhs', seed: 11, block: 1000 },
  ] as const)('have the wanted correlation of normal variables, and keep each margin: %j', (sampling) => {
    const variables = [
      random('a', { kind: 'normal', mean: 5, sigma: 2 }),
      random('b', { kind: 'normal', mean: -1, sigma: 0.1 }),
    ];
    const n = 20_000;
    const correlations = [
      {
        members: [0, 1],
        matrix: [
          [1, -0.7],
          [-0.7, 1],
        ],
      },
    ];
    const { values } = createSampler({ variables, axes: [], sampling, correlations }).batch(0, n);
    let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
    for (let row = 0; row < n; row++) {
      const [x, y] = [(values[row * 2]! - 5) / 2, (values[row * 2 + 1]! + 1) / 0.1];
      a += x;
      b += y;
      aa += x * x;
      bb += y * y;
      ab += x * y;
    }
    // Standard errors of moments of normal scores; five of them.
    const five = 5 / Math.sqrt(n);
    expect(Math.abs(a / n)).toBeLessThan(five);
    expect(Math.abs(b / n)).toBeLessThan(five);
    expect(Math.abs(aa / n - 1)).toBeLessThan(five * Math.SQRT2);
    expect(Math.abs(bb / n - 1)).toBeLessThan(five * Math.SQRT2);
    expect(Math.abs(ab / n + 0.7)).toBeLessThan(five * Math.sqrt(1 + 0.7 ** 2));
  });

  it('refuse a member that is not random', () => {
    const plan: SamplerPlan = {
      variables: [onAxis('x', 0), random('r', DISTRIBUTIONS[0]!)],
      axes: [{ name: 'x', length: 1, columns: [{ variable: 0, values: [1] }] }],
      sampling: { method: 'random', seed: 1 },
      correlations: [
        {
          members: [0, 1],
          matrix: [
            [1, 0.5],
            [0.5, 1],
          ],
        },
      ],
    };
    expect(() => createSampler(plan)).toThrow(/not random/);
  });
});

describe('more variables than Sobol dimensions', () => {
  it('draws the rest pseudo-randomly', () => {
    const variables = Array.from({ length: 300 }, (_, i) =>
      random(`v${i}`, { kind: 'uniform', low: 0, high: 1 }),
    );
    const plan: SamplerPlan = {
      variables,
      axes: [],
      sampling: { method: 'sobol', seed: 1, replicates: 1 },
      correlations: [],
    };
    const { values } = createSampler(plan).batch(0, 256);
    const bins = (k: number) =>
      new Set(Array.from({ length: 256 }, (_, row) => Math.floor(values[row * 300 + k]! * 256))).size;
    expect(bins(255)).toBe(256);
    expect(bins(256)).toBeLessThan(200);
  });
});
