import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { studyOf } from '../../src/compile/fixture.ts';
import { simulate } from '../../src/simulate/index.ts';
import type { Study } from '../../src/study/schema.ts';
import { correlation, correlationDistance, kolmogorovSmirnov } from './kolmogorov.ts';

/** What is compared of a deck: names, ngspice's words for it, and SpiceLab's. */
export interface Observed {
  /** Without its analysis, title and `.end`. */
  readonly lines: readonly string[];
  /** The analysis, as the simulator is told. */
  readonly analysis: string;
  /** By name: an expression that both understand, or a `meas` command beside an expression of SpiceLab. */
  readonly figures: Readonly<
    Record<string, string | { readonly meas: string; readonly expression?: string }>
  >;
  readonly statistics?: Study['statistics'];
}

export type Columns = Readonly<Record<string, Float64Array>>;

/**
 * ngspice's own Monte Carlo in one process: `reset` draws the circuit anew (the seed is set once; set before each it
 * would repeat the first).
 */
export function ngspiceDraws({ lines, analysis, figures }: Observed, samples: number): Columns {
  const names = Object.keys(figures);
  const told = names.flatMap((name, k) => {
    const figure = figures[name]!;
    return typeof figure === 'string'
      ? [`let figure${k} = ${figure}`, `print figure${k}`]
      : [`meas ${analysis.split(' ')[0]} figure${k} ${figure.meas}`];
  });
  const deck = [
    'drawn by ngspice',
    ...lines,
    ...['.control', 'set num_threads=1', 'set numdgt=12', 'setseed 11', 'let k = 0'],
    ...[
      `dowhile k < ${samples}`,
      'reset',
      analysis,
      ...told,
      'destroy',
      'let k = k + 1',
      'end',
      'quit',
      '.endc',
    ],
    '.end',
  ];
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-draws-'));
  try {
    writeFileSync(join(folder, 'deck.cir'), deck.join('\n'));
    const { stdout, stderr } = spawnSync('ngspice', ['-b', 'deck.cir'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return Object.fromEntries(
      names.map((name, k) => {
        const found = [...stdout.matchAll(new RegExp(`^figure${k}\\s*=\\s*(\\S+)`, 'gm'))];
        const values = Float64Array.from(found, (match) => Number(match[1]));
        if (values.length !== samples)
          throw new Error(
            `${values.length} of ${samples} values of ${name}\n${stderr}${stdout.slice(-2000)}`,
          );
        return [name, values];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The study of the same deck, measuring the same figures. */
export function studyOfObserved(observed: Observed, samples: number): Study {
  const { lines, analysis, figures, statistics = { vary: ['all'], tie: [] } } = observed;
  const measured = Object.entries(figures).map(([name, figure]) => ({ name, figure }));
  const meas = measured.flatMap(({ name, figure }) =>
    typeof figure === 'string' || figure.expression
      ? []
      : [`.meas ${analysis.split(' ')[0]} ${name} ${figure.meas}`],
  );
  return studyOf([...lines, `.${analysis}`, ...meas], {
    statistics,
    samples,
    measure: measured.flatMap(({ name, figure }) => {
      const expression = typeof figure === 'string' ? figure : figure.expression;
      return expression === undefined ? [] : [{ name, expression, analysis: analysis.split(' ')[0]! }];
    }),
    sampling: { method: 'random', seed: 5, replicates: 8 },
  });
}

export async function spicelabDraws(observed: Observed, samples: number): Promise<Columns> {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-draws-'));
  try {
    const { outcome, results } = await simulate(studyOfObserved(observed, samples), {
      engine: 'libngspice',
      workers: 1,
      out: join(folder, 'run'),
    });
    expect(outcome).toEqual({ kind: 'complete' });
    const columns = Object.keys(observed.figures).map(
      async (name) => [name, await results.column(name)] as const,
    );
    return Object.fromEntries(await Promise.all(columns));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** So unlikely that no test of a thousand would show it by chance; the seeds are fixed besides. */
const LEAST_CHANCE = 1e-5;
const MOST_DEVIATIONS = 5;

/** Both columns of every figure may come from one distribution, and any two figures move together as much in both. */
export function expectSameDistribution(wanted: Columns, got: Columns): void {
  const names = Object.keys(wanted);
  for (const name of names) expectSameColumn(name, wanted[name]!, got[name]!);
  for (const [k, one] of names.entries())
    for (const other of names.slice(k + 1)) {
      const [a, b] = [correlation(wanted[one]!, wanted[other]!), correlation(got[one]!, got[other]!)];
      const told = `${one} with ${other}: ${a} by ngspice, ${b} here`;
      expect(Number.isNaN(b), told).toBe(Number.isNaN(a));
      const distance = correlationDistance(a, b, Math.min(wanted[one]!.length, got[one]!.length));
      if (!Number.isNaN(a)) expect(distance, told).toBeLessThan(MOST_DEVIATIONS);
    }
}

function expectSameColumn(name: string, a: Float64Array, b: Float64Array): void {
  const [one, two] = [moments(a), moments(b)];
  const told = `${name}: ${summary(one)} by ngspice, ${summary(two)} here`;
  expect(kolmogorovSmirnov(a, b), told).toBeGreaterThan(LEAST_CHANCE);
  const varies = one.sigma > 1e-9 * Math.abs(one.mean);
  expect(two.sigma > 1e-9 * Math.abs(two.mean), told).toBe(varies);
  if (!varies) return;
  const errorOfMeans = Math.hypot(one.sigma / Math.sqrt(a.length), two.sigma / Math.sqrt(b.length));
  expect(Math.abs(one.mean - two.mean) / errorOfMeans, told).toBeLessThan(MOST_DEVIATIONS);
  const errorOfSigmas = Math.hypot(one.errorOfSigma, two.errorOfSigma);
  expect(Math.abs(Math.log(one.sigma / two.sigma)) / errorOfSigmas, told).toBeLessThan(MOST_DEVIATIONS);
}

interface Moments {
  readonly mean: number;
  readonly sigma: number;
  /** Standard error of the logarithm of sigma, from the fourth moment. */
  readonly errorOfSigma: number;
}

function moments(values: Float64Array): Moments {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const moment = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / n;
  const variance = moment(2);
  const kurtosis = moment(4) / variance ** 2;
  return { mean, sigma: Math.sqrt(variance), errorOfSigma: Math.sqrt((kurtosis - 1) / (4 * n)) + 1e-9 };
}

const summary = ({ mean, sigma }: Moments) => `mean ${mean.toPrecision(5)}, sigma ${sigma.toPrecision(4)}`;
