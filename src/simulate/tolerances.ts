import { compileStudy } from '../compile/index.ts';
import type { Results } from '../run/index.ts';
import {
  type DirectedPoint,
  directedExtremes,
  MOST_ALL_EXTREMES,
  type PointColumn,
  type Quantity,
  type Sensitivity,
  type Study,
  sensitivities,
  sensitivityStudy,
  signsOf,
  worstCaseStudy,
} from '../study/index.ts';
import { expandVary } from './expand.ts';
import { launch, type SimulateOptions, type SimulationHandle } from './simulate.ts';

/** Follows each stage of an answer that takes several runs, so that a caller can show and interrupt it. */
export type FollowStage = (handle: SimulationHandle) => void;

export interface SensitivityAnswer {
  readonly results: Results;
  /** Measurements first, then variables. */
  readonly sensitivities: readonly Sensitivity[];
}

/**
 * One variable at a time, a step to either side of the nominal point.
 * @param step of each variable; one standard deviation of its distribution when absent
 * @throws SpiceLabError as `simulate`
 */
export async function sensitivity(
  study: Study,
  options: SimulateOptions & { readonly step?: Quantity | undefined } = {},
  follow: FollowStage = () => undefined,
): Promise<SensitivityAnswer> {
  const expanded = await expand(study);
  const results = await runStage(sensitivityStudy(expanded, { step: options.step }), options, follow);
  return { results, sensitivities: await sensitivitiesOf(results, expanded) };
}

/** Where a measurement is at its least and at its greatest, over the extremes that were simulated. */
export interface WorstCase {
  readonly measurement: string;
  readonly unit: string;
  readonly nominal: number;
  readonly least: Extreme;
  readonly greatest: Extreme;
}

export interface Extreme {
  readonly value: number;
  readonly sample: number;
  /** Variable -> value there. */
  readonly at: Readonly<Record<string, number>>;
}

export interface WorstCaseAnswer {
  readonly results: Results;
  readonly cases: readonly WorstCase[];
  /** All extremes, or those that the signs of a sensitivity run point to. */
  readonly method: 'all extremes' | 'directed by sensitivity';
}

/**
 * All 2^k extremes of k tolerances; where they are too many, those that a sensitivity run points to, which is right as
 * long as each measurement is monotonic in each variable.
 * @throws SpiceLabError as `simulate`
 */
export async function worstCase(
  study: Study,
  options: SimulateOptions & { readonly at?: number | undefined } = {},
  follow: FollowStage = () => undefined,
): Promise<WorstCaseAnswer> {
  const expanded = await expand(study);
  if (expanded.vary.length <= MOST_ALL_EXTREMES) {
    const results = await runStage(worstCaseStudy(expanded, { at: options.at }), options, follow);
    return { results, cases: await extremesIn(results), method: 'all extremes' };
  }
  const { out } = options;
  const first = { ...options, out: out === undefined ? undefined : `${out}-sensitivity` };
  const found = await sensitivity(expanded, first, follow);
  const directed = directedExtremes(expanded, signsOf(found.sensitivities), { at: options.at });
  const results = await runStage(directed.study, options, follow);
  return { results, cases: await directedCases(results, directed.points), method: 'directed by sensitivity' };
}

async function expand(study: Study): Promise<Study> {
  const { plan } = await compileStudy(study);
  return expandVary(study, plan);
}

async function runStage(study: Study, options: SimulateOptions, follow: FollowStage): Promise<Results> {
  const handle = await launch(study, await compileStudy(study), options);
  follow(handle);
  return (await handle.finished).results;
}

async function columnsOf(results: Results, names: readonly string[]): Promise<PointColumn[]> {
  return Promise.all(names.map(async (name) => ({ name, values: await results.column(name) })));
}

async function sensitivitiesOf(results: Results, { vary }: Study): Promise<Sensitivity[]> {
  const variables = await columnsOf(
    results,
    vary.map(({ target }) => target),
  );
  const measurements = await columnsOf(
    results,
    results.plan.measurements.map(({ name }) => name),
  );
  return sensitivities(variables, measurements);
}

async function extremesIn(results: Results): Promise<WorstCase[]> {
  return Promise.all(
    results.plan.measurements.map(async ({ name, unit }) => {
      const values = await results.column(name);
      const pick = (better: (a: number, b: number) => boolean) =>
        values.reduce(
          (best, value, row) =>
            Number.isFinite(value) && (best < 0 || better(value, values[best]!)) ? row : best,
          -1,
        );
      const least = await extremeAt(
        results,
        name,
        pick((a, b) => a < b),
      );
      const greatest = await extremeAt(
        results,
        name,
        pick((a, b) => a > b),
      );
      return { measurement: name, unit, nominal: values[0] ?? Number.NaN, least, greatest };
    }),
  );
}

async function directedCases(results: Results, points: readonly DirectedPoint[]): Promise<WorstCase[]> {
  return Promise.all(
    results.plan.measurements.map(async ({ name, unit }) => {
      const pointOf = (direction: DirectedPoint['direction']) =>
        points.find((point) => point.measurement === name && point.direction === direction)?.point ?? -1;
      const least = await extremeAt(results, name, pointOf('least'));
      const greatest = await extremeAt(results, name, pointOf('greatest'));
      return {
        measurement: name,
        unit,
        nominal: (await results.column(name))[0] ?? Number.NaN,
        least,
        greatest,
      };
    }),
  );
}

async function extremeAt(results: Results, measurement: string, sample: number): Promise<Extreme> {
  const valueAt = async (name: string) => (await results.column(name))[sample] ?? Number.NaN;
  const entries = await Promise.all(
    results.plan.variables.map(async ({ name }) => [name, await valueAt(name)] as const),
  );
  return { value: await valueAt(measurement), sample, at: Object.fromEntries(entries) };
}
