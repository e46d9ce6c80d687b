import { didYouMean, nearestNames, SpiceLabError } from '../errors/index.ts';
import { compileScalar, parseExpression, type Scalar } from '../expression/index.ts';
import type { Plan, Spec } from '../plan/index.ts';
import { judge } from '../stats/yield.ts';
import type { Constraint, Figure, Objective, Statistic } from '../study/schema.ts';
import type { Outcome } from './rank.ts';

/** Columns of measurements, all of one length: row i is point i mod P of the axes. */
export type Columns = ReadonlyMap<string, Float64Array>;

/** A figure with what is needed to work it out. */
export interface CompiledFigure {
  readonly figure: Objective | Constraint;
  readonly statistics: readonly CompiledStatistic[];
  /** Over the values of the statistics. */
  readonly value: Scalar;
}

export interface CompiledStatistic {
  readonly statistic: Statistic;
  /** Of a yield. */
  readonly specs: readonly Spec[];
  /** The plan's measurement, of any other. */
  readonly measurement: string | undefined;
}

/** A figure at the point of the axes where it is worst. */
export interface Worst {
  readonly value: number;
  readonly point: number;
}

/** All that is judged of a design. */
export interface Evaluation {
  readonly objectives: readonly Worst[];
  readonly constraints: readonly Worst[];
}

/** @throws SpiceLabError STUDY_INVALID for a measurement or a spec that there is not */
export function compileFigure(
  figure: Objective | Constraint,
  plan: Pick<Plan, 'measurements' | 'specs'>,
): CompiledFigure {
  const statistics = figure.statistics.map((statistic) => ({
    statistic,
    specs: statistic.kind === 'yield' ? specsOf(figure, statistic.of, plan.specs) : [],
    measurement:
      statistic.kind === 'yield' ? undefined : measurementOf(figure, statistic.of, plan.measurements),
  }));
  return { figure, statistics, value: compileScalar(parseExpression(figure.expression)) };
}

/** Measurements that the figures read, each once. */
export function measurementsRead(figures: readonly CompiledFigure[]): string[] {
  return [
    ...new Set(
      figures.flatMap(({ statistics }) =>
        statistics.flatMap(({ specs, measurement }) => measurement ?? specs.map((spec) => spec.measurement)),
      ),
    ),
  ];
}

/** A figure over the rows of one point. `rows` are positions in the columns. */
export function figureAt(
  { statistics, value }: CompiledFigure,
  columns: Columns,
  rows: readonly number[],
): number {
  return value(Float64Array.from(statistics, (each) => statisticOver(each, columns, rows)));
}

/** The value of a figure at its worst point, by its direction or by its limits. */
export function worstOf(compiled: CompiledFigure, columns: Columns, points: number): Worst {
  const rows = [...columns.values()][0]?.length ?? 0;
  let worst: Worst | undefined;
  for (let point = 0; point < points; point++) {
    const here: number[] = [];
    for (let row = point; row < rows; row += points) here.push(row);
    const value = figureAt(compiled, columns, here);
    if (worst === undefined || isWorse(compiled.figure, value, worst.value)) worst = { value, point };
  }
  return worst!;
}

function isWorse(figure: Objective | Constraint, value: number, than: number): boolean {
  if (Number.isNaN(value) || Number.isNaN(than)) return Number.isNaN(value) && !Number.isNaN(than);
  if ('direction' in figure) return figure.direction === 'minimize' ? value > than : value < than;
  return missedBy(figure, value) > missedBy(figure, than);
}

/** By how much a constraint is missed, in shares of the limit; negative where it holds. */
export function missedBy({ low, high }: Pick<Constraint, 'low' | 'high'>, value: number): number {
  const share = (distance: number, limit: number) => distance / (Math.abs(limit) || 1);
  return Math.max(
    low === undefined ? Number.NEGATIVE_INFINITY : share(low - value, low),
    high === undefined ? Number.NEGATIVE_INFINITY : share(value - high, high),
  );
}

/** An evaluation as designs are compared by. */
export function outcomeOf(
  {
    objectives,
    constraints,
  }: { readonly objectives: readonly number[]; readonly constraints: readonly number[] },
  tuning: { readonly objectives: readonly Objective[]; readonly constraints: readonly Constraint[] },
): Outcome {
  return {
    objectives: objectives.map((value, k) =>
      tuning.objectives[k]!.direction === 'minimize' ? value : -value,
    ),
    constraints: constraints.map((value, k) =>
      Number.isNaN(value) ? value : missedBy(tuning.constraints[k]!, value),
    ),
  };
}

function statisticOver(
  { statistic, specs, measurement }: CompiledStatistic,
  columns: Columns,
  rows: readonly number[],
): number {
  if (statistic.kind === 'yield') {
    const passed = rows.filter((row) =>
      specs.every((spec) => judge(columns.get(spec.measurement)![row]!, spec) === 1),
    );
    return passed.length / rows.length;
  }
  const column = columns.get(measurement!)!;
  const values = rows.map((row) => column[row]!).filter(Number.isFinite);
  if (values.length === 0) return Number.NaN;
  switch (statistic.kind) {
    case 'mean':
      return meanOf(values);
    case 'sigma': {
      const mean = meanOf(values);
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    }
    case 'min':
      return values.reduce((least, value) => Math.min(least, value));
    case 'max':
      return values.reduce((most, value) => Math.max(most, value));
    case 'median':
      return quantileOf(values, 0.5);
    case 'percentile':
      return quantileOf(values, statistic.share);
  }
}

function meanOf(values: readonly number[]): number {
  const first = values[0]!;
  // relative to the first, which keeps the digits of a small spread around a large mean
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

/** Linear between order statistics (Hyndman & Fan 1996, type 7). */
function quantileOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const left = sorted[below]!;
  return left + (position - below) * ((sorted[below + 1] ?? left) - left);
}

function measurementOf(figure: Figure, name: string, measurements: Plan['measurements']): string {
  const plain = (text: string) => text.toLowerCase().replace(/\s+/g, '');
  const found = measurements.find((measurement) => plain(measurement.name) === plain(name));
  if (found) return found.name;
  const names = measurements.map((measurement) => measurement.name);
  throw unknown(
    figure,
    `no measurement "${name}"`,
    name,
    names,
    'Measure it first, as in measure: { area: w1*l1 }.',
  );
}

function specsOf(figure: Figure, name: string | undefined, specs: readonly Spec[]): readonly Spec[] {
  if (specs.length === 0)
    throw unknown(figure, 'no spec that a yield could be of', '', [], 'Add one, such as specs: [bw > 1.4k].');
  if (name === undefined) return specs;
  const found = specs.find((spec) => spec.name.toLowerCase().replace(/\s+/g, '') === name);
  if (found) return [found];
  const names = specs.map((spec) => spec.name);
  throw unknown(figure, `no spec "${name}"`, name, names, 'Give the spec a name, as in speed: bw > 1.4k.');
}

function unknown(
  figure: Figure,
  lack: string,
  name: string,
  known: readonly string[],
  remedy: string,
): SpiceLabError {
  const near = nearestNames(name, known);
  const has = known.length > 0 ? ` There is ${known.join(', ')}.` : '';
  return new SpiceLabError('STUDY_INVALID', `"${figure.text}": there is ${lack}`, {
    remedy: didYouMean(near, `${remedy}${has}`),
  });
}
