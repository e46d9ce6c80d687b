import { SpiceLabError } from '../../errors/index.ts';
import { compileScalar, parseExpression } from '../../expression/index.ts';
import type { Measurement, Plan } from '../../plan/index.ts';
import { compileMeasurement, type Plot } from '../../waveform/index.ts';

/** A value, or the reason why there is none. */
export type Measured = number | string;

/** The plan's measurements that SpiceLab evaluates itself (`.meas … param=` among them, which ngspice evaluates but once). */
export interface Measures {
  /** Columns of the measurements over the vectors of an analysis, in the plan's order. */
  readonly ofAnalysis: ReadonlyMap<string, readonly number[]>;
  /** Columns of the measurements over earlier ones and the variables, in the plan's order. */
  readonly scalars: readonly number[];
  vectorsOf(measurement: Measurement): readonly string[];
  /** @param slots one row: the variables' values, then the measurements' so far */
  fromPlot(column: number, plot: Plot, slots: Float64Array): Measured;
  fromScalars(column: number, slots: Float64Array): number;
}

/** @throws SpiceLabError EXPRESSION_*, for expressions that are none */
export function compileMeasures(plan: Pick<Plan, 'measurements' | 'variables'>): Measures {
  const slotOf = new Map<string, number>();
  for (const [k, { name }] of plan.measurements.entries())
    slotOf.set(name.toLowerCase(), plan.variables.length + k);
  const names = new Set([...slotOf.keys(), ...plan.variables.map((_, k) => `$${k}`)]);
  const resolve = (name: string) => slotOf.get(name);
  const overVectors = new Map<number, ReturnType<typeof compileMeasurement>>();
  const overScalars = new Map<number, (slots: Float64Array) => number>();
  const ofAnalysis = new Map<string, number[]>();
  for (const [column, { source }] of plan.measurements.entries()) {
    if (source.kind === 'scalars')
      overScalars.set(column, compileScalar(parseExpression(source.expression), resolve));
    if (source.kind !== 'vectors') continue;
    overVectors.set(column, compileMeasurement(source.expression, { scalars: names }));
    ofAnalysis.set(source.analysis, [...(ofAnalysis.get(source.analysis) ?? []), column]);
  }
  return {
    ofAnalysis,
    scalars: [...overScalars.keys()],
    vectorsOf: (measurement) => overVectors.get(plan.measurements.indexOf(measurement))?.vectors ?? [],
    fromPlot(column, plot, slots) {
      try {
        const { value, problem } = overVectors
          .get(column)!
          .evaluate(plot, (name) => scalarNamed(name, slots, resolve));
        return problem ?? value;
      } catch (thrown) {
        // a vector that this sample's circuit has not: the row says so, and others go on
        if (thrown instanceof SpiceLabError) return thrown.message;
        throw thrown;
      }
    },
    fromScalars: (column, slots) => overScalars.get(column)!(slots),
  };
}

function scalarNamed(
  name: string,
  slots: Float64Array,
  resolve: (name: string) => number | undefined,
): number | undefined {
  const slot = name.startsWith('$') ? Number(name.slice(1)) : resolve(name);
  return slot === undefined ? undefined : slots[slot];
}
