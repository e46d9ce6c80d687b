import { compileStudy } from '../compile/index.ts';
import { pointCount } from '../report/axes.ts';
import { pointLabel } from '../report/label.ts';
import type { Results } from '../run/index.ts';
import { beside } from '../stores/index.ts';
import {
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
import { expandVary, variableOf } from './expand.ts';
import { type FailedPoint, failedIn } from './failed.ts';
import { type SimulateOptions, type SimulationHandle, start } from './simulate.ts';

/** Follows each stage of an answer that takes several runs, so that a caller can show and interrupt it. */
export type FollowStage = (handle: SimulationHandle) => void;

/** A sensitivity, and at which corner and sweep point it holds. */
export interface LocalSensitivity extends Sensitivity {
  /** Such as `corner=ff`; '' where there are neither corners nor sweeps. */
  readonly at: string;
}

export interface SensitivityAnswer {
  readonly results: Results;
  /** Per point of corners and sweeps; measurements first, then variables. */
  readonly sensitivities: readonly LocalSensitivity[];
  readonly failed: readonly FailedPoint[];
}

/**
 * One variable at a time, a step to either side of the nominal point, at every corner and sweep point.
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
  return {
    results,
    sensitivities: await sensitivitiesOf(results, expanded),
    failed: await failedIn(results),
  };
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
  /** Variable -> value there; of a corner its name. */
  readonly at: Readonly<Record<string, number | string>>;
}

export interface WorstCaseAnswer {
  readonly results: Results;
  readonly cases: readonly WorstCase[];
  /** All extremes, or those that the signs of a sensitivity run point to. */
  readonly method: 'all extremes' | 'directed by sensitivity';
  /** Extremes without a figure: the worst case may be among them. */
  readonly failed: readonly FailedPoint[];
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
    return worstOf(results, 'all extremes');
  }
  const { out } = options;
  const first = { ...options, out: out === undefined ? undefined : beside(out, 'sensitivity') };
  const found = await sensitivity(expanded, first, follow);
  const directed = directedExtremes(expanded, signsPerPoint(found.sensitivities), { at: options.at });
  const results = await runStage(directed.study, options, follow);
  return worstOf(results, 'directed by sensitivity');
}

async function worstOf(results: Results, method: WorstCaseAnswer['method']): Promise<WorstCaseAnswer> {
  return { results, cases: await extremesIn(results), method, failed: await failedIn(results) };
}

/** Where signs differ from corner to corner, each corner's extremes are worth a simulation. */
function signsPerPoint(found: readonly LocalSensitivity[]): Map<string, number[]> {
  const points = [...new Set(found.map(({ at }) => at))];
  return new Map(
    points.flatMap((point) =>
      [...signsOf(found.filter(({ at }) => at === point))].map(([measurement, signs]): [string, number[]] => [
        `${point} ${measurement}`,
        signs,
      ]),
    ),
  );
}

async function expand(study: Study): Promise<Study> {
  const { plan } = await compileStudy(study);
  return expandVary(study, plan);
}

async function runStage(study: Study, options: SimulateOptions, follow: FollowStage): Promise<Results> {
  const handle = await start(study, options);
  follow(handle);
  return (await handle.finished).results;
}

async function columnsOf(results: Results, names: readonly string[]): Promise<PointColumn[]> {
  return Promise.all(names.map(async (name) => ({ name, values: await results.column(name) })));
}

async function sensitivitiesOf(results: Results, { vary, corners }: Study): Promise<LocalSensitivity[]> {
  const { plan } = results;
  const variables = await columnsOf(
    results,
    vary.map(({ target }) => variableOf(target)),
  );
  const measurements = await columnsOf(
    results,
    plan.measurements.map(({ name }) => name),
  );
  // the axis of steps stands after that of the corners
  const steps = corners.length > 0 ? 1 : 0;
  const rowsAt = new Map<string, number[]>();
  for (let point = 0; point < pointCount(plan); point++) {
    const at = pointLabel(plan, point, steps);
    rowsAt.set(at, [...(rowsAt.get(at) ?? []), point]);
  }
  return [...rowsAt].flatMap(([at, rows]) => {
    const here = ({ name, values }: PointColumn) => ({ name, values: rows.map((row) => values[row]!) });
    return sensitivities(variables.map(here), measurements.map(here)).map((found) => ({ ...found, at }));
  });
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

async function extremeAt(results: Results, measurement: string, sample: number): Promise<Extreme> {
  const valueAt = async (name: string) => (await results.column(name))[sample] ?? Number.NaN;
  const entries = await Promise.all(
    results.plan.variables.map(async ({ name, labels }) => {
      const value = await valueAt(name);
      return [name, labels?.[value] ?? value] as const;
    }),
  );
  return { value: await valueAt(measurement), sample, at: Object.fromEntries(entries) };
}
