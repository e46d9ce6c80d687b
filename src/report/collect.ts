import { formatNumber } from '../expression/index.ts';
import type { Distribution, Plan, Sampling, Variable } from '../plan/schema.ts';
import type { Results } from '../run/results.ts';
import type { Answers } from './answers.ts';
import { hasRandomVariables } from './axes.ts';
import type { ReportData, ScatterCloud, VariableRow } from './data.ts';
import { quantilesOf } from './quantiles.ts';
import { sweepFamilies } from './sweeps.ts';
import { waveformFamilies } from './waveforms.ts';

const CLOUD_POINTS = 1_500;
const CLOUDS_PER_MEASUREMENT = 3;
const MOST_VARIABLES_SHOWN = 500;

/** Gathers what the page shows; a picture never holds more points than it can show, however long the run. */
export async function collectReport(
  results: Results,
  answers: Answers,
  version: string,
): Promise<ReportData> {
  const { plan } = results;
  const random = hasRandomVariables(plan);
  return {
    title: plan.title,
    location: results.location,
    planId: results.planId,
    version,
    engine: results.engine ? `${results.engine.name} ${results.engine.version}` : 'none yet',
    wanted: results.wanted,
    present: results.present,
    counted: results.counted,
    random,
    answers,
    ...(random && !answers.failure
      ? await quantilesOf(
          results,
          answers.groups.map(({ label }) => label),
        )
      : { quantiles: {}, quantilesByPoint: {} }),
    scatter: random ? await scatterClouds(results, answers) : [],
    sweeps: await sweepFamilies(results),
    waveforms: await waveformFamilies(results),
    variables: plan.variables.slice(0, MOST_VARIABLES_SHOWN).map((variable) => variableRow(plan, variable)),
    categorical: plan.variables.filter(({ labels }) => labels).map(({ name }) => name),
    analyses: plan.analyses.map(({ command }) => `.${command}`),
    sampling: describeSampling(plan.sampling),
    sessions: results.sessions,
  };
}

async function scatterClouds(results: Results, answers: Answers): Promise<ScatterCloud[]> {
  const categorical = new Set(results.plan.variables.filter(({ labels }) => labels).map(({ name }) => name));
  const pairs = answers.all.contributors.flatMap(({ measurement, contributors }) =>
    contributors
      .slice(0, CLOUDS_PER_MEASUREMENT)
      .filter(({ share, variable }) => share > 0.01 && !categorical.has(variable))
      .map(({ variable }) => ({ measurement, variable })),
  );
  if (pairs.length === 0) return [];
  const clouds = pairs.map((pair) => ({ ...pair, x: [] as number[], y: [] as number[] }));
  const step = Math.max(1, Math.floor(results.counted / CLOUD_POINTS));
  let row = 0;
  for await (const batch of results.batches([
    ...new Set(pairs.flatMap(({ measurement, variable }) => [measurement, variable])),
  ])) {
    for (let k = (step - (row % step)) % step; k < batch.rows; k += step) {
      for (const cloud of clouds) {
        const y = batch.columns.get(cloud.measurement)![k]!;
        if (!Number.isFinite(y)) continue;
        cloud.x.push(batch.columns.get(cloud.variable)![k]!);
        cloud.y.push(y);
      }
    }
    row += batch.rows;
  }
  const unitOf = (name: string) =>
    results.plan.variables.find((variable) => variable.name === name)?.unit ?? '';
  return clouds.map((cloud) => ({ ...cloud, variableUnit: unitOf(cloud.variable) }));
}

function variableRow(plan: Plan, { name, nominal, unit, source }: Variable): VariableRow {
  if (source.kind === 'random')
    return { name, nominal, unit, varies: describeDistribution(source.distribution, unit) };
  const axis = plan.axes[source.axis]!;
  return { name, nominal, unit, varies: `${axis.length} points of ${axis.name}` };
}

function describeDistribution(distribution: Distribution, unit: string): string {
  const show = (value: number) => formatNumber(value, unit);
  switch (distribution.kind) {
    case 'normal':
      return `normal, mean ${show(distribution.mean)}, sigma ${show(distribution.sigma)}`;
    case 'truncated-normal':
      return `normal, mean ${show(distribution.mean)}, sigma ${show(distribution.sigma)}, cut to ${show(distribution.low)} … ${show(distribution.high)}`;
    case 'uniform':
      return `uniform, ${show(distribution.low)} … ${show(distribution.high)}`;
    case 'lognormal':
      return `log-normal, median ${show(distribution.median)}, sigma of the logarithm ${formatNumber(distribution.sigma)}`;
    case 'triangular':
      return `triangular, ${show(distribution.low)} … ${show(distribution.mode)} … ${show(distribution.high)}`;
    case 'discrete':
      return `one of ${distribution.values.map(show).join(', ')}`;
    case 'empirical':
      return `empirical, ${distribution.sorted.length} values`;
  }
}

function describeSampling(sampling: Sampling): string {
  switch (sampling.method) {
    case 'random':
      return `pseudo-random (Philox 4x32-10), seed ${sampling.seed}`;
    case 'sobol':
      return `scrambled Sobol, ${sampling.replicates} replicates, seed ${sampling.seed}`;
    case 'lhs':
      return `Latin hypercubes of ${sampling.block}, seed ${sampling.seed}`;
    case 'importance': {
      const points =
        sampling.replicates > 0 ? `scrambled Sobol, ${sampling.replicates} replicates` : 'random';
      return `importance sampling, ${sampling.shifts.length} densities, ${points}, seed ${sampling.seed}`;
    }
  }
}
