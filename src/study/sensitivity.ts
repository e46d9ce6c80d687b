import { SpiceLabError } from '../errors/index.ts';
import { targetsOf, withPoints } from './extremes.ts';
import type { PointValue, Quantity, Study } from './schema.ts';
import { stepsOf } from './spread.ts';

export interface SensitivityOptions {
  /** How far each target is moved to either side; one standard deviation of its distribution by default. */
  readonly step?: Quantity | undefined;
}

/**
 * The study at its nominal point (point 0), then one target at a time a step down (point 1 + 2v) and a step up
 * (point 2 + 2v), v counting the study's `vary`. A wildcard moves all of its matches together.
 * @throws SpiceLabError STUDY_INVALID where nothing varies, OPTION_INVALID for a step that is not above 0
 */
export function sensitivityStudy(study: Study, { step }: SensitivityOptions = {}): Study {
  if (study.vary.length === 0)
    throw new SpiceLabError('STUDY_INVALID', 'nothing varies', {
      remedy: 'Say what to move, such as --vary "R1=normal(1%)".',
    });
  if (step && !(step.amount > 0 && Number.isFinite(step.amount)))
    throw new SpiceLabError('OPTION_INVALID', `a step of ${step.amount}`, {
      remedy: 'Give a step above 0, such as 1%.',
    });
  const spreads = study.vary.map(({ distribution }) => stepsOf(distribution, step));
  const nominal = spreads.map((spread) => spread.nominal);
  const moved = (v: number, value: PointValue) => nominal.map((own, i) => (i === v ? value : own));
  const points = [nominal, ...spreads.flatMap((spread, v) => [moved(v, spread.low), moved(v, spread.high)])];
  return withPoints(study, { name: 'sensitivity', targets: targetsOf(study.vary), points });
}

/** How a measurement answers to a variable. */
export interface Sensitivity {
  readonly measurement: string;
  readonly variable: string;
  /** dM/dx by central differences, in the measurement's unit per unit of the variable. */
  readonly absolute: number;
  /** (dM/M) / (dx/x) at the nominal point: percent per percent; NaN where M or x is 0 there. */
  readonly normalised: number;
  /** M(x + step) - M(x - step): how much the measurement moves over the two steps. */
  readonly swing: number;
}

/** One column of a sensitivity run, by point. */
export interface PointColumn {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/**
 * What the results of a `sensitivityStudy` say: one entry per measurement and variable, measurements first.
 * @param variables values of the variables at each point, in the order of the study's `vary`
 * @param measurements values of the measurements at each point; NaN where a point failed
 * @throws SpiceLabError INTERNAL where a column has another number of points
 */
export function sensitivities(
  variables: readonly PointColumn[],
  measurements: readonly PointColumn[],
): Sensitivity[] {
  const points = 1 + 2 * variables.length;
  for (const { name, values } of [...variables, ...measurements])
    if (values.length !== points)
      throw new SpiceLabError(
        'INTERNAL',
        `${name} has ${values.length} points of a sensitivity, not ${points}`,
      );
  return measurements.flatMap((measurement) =>
    variables.map((variable, v) => {
      const at = (column: PointColumn, point: number) => column.values[point]!;
      const swing = at(measurement, 2 + 2 * v) - at(measurement, 1 + 2 * v);
      const absolute = swing / (at(variable, 2 + 2 * v) - at(variable, 1 + 2 * v));
      const [x, m] = [at(variable, 0), at(measurement, 0)];
      const normalised = x === 0 || m === 0 ? Number.NaN : (absolute * x) / m;
      return { measurement: measurement.name, variable: variable.name, absolute, normalised, swing };
    }),
  );
}

/** The signs that `directedExtremes` follows, per measurement in the order of the variables. */
export function signsOf(found: readonly Sensitivity[]): Map<string, number[]> {
  const signs = new Map<string, number[]>();
  for (const { measurement, swing } of found) {
    const list = signs.get(measurement) ?? [];
    list.push(Number.isFinite(swing) ? Math.sign(swing) : 0);
    signs.set(measurement, list);
  }
  return signs;
}
