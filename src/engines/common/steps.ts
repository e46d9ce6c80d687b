import { readNumber } from '../../expression/index.ts';
import { type Analysis, compileCommand, type Measurement, type Plan } from '../../plan/index.ts';

/** A `meas` command that follows an analysis; its value is read as vector `result` of the analysis' plot. */
export interface MeasCommand {
  /** Position among the plan's measurements. */
  readonly column: number;
  readonly result: string;
  readonly command: string;
}

/** One analysis as engines execute it. */
export interface Step {
  readonly analysis: Analysis;
  /** What to tell a simulator: `ac dec 10 1 1meg`. */
  readonly command: string;
  /** Vectors to read besides the scale, in the simulator's names, none twice. */
  readonly vectors: readonly string[];
  /** The scale's name in its plot (`frequency`, `time`, `v-sweep`…), `undefined` where a plot has one point. */
  readonly scale: string | undefined;
  readonly meas: readonly MeasCommand[];
  /** Whether a plot whose scale ends with this value went all the way: an aborted analysis leaves a partial plot behind. */
  readonly reaches: (last: number) => boolean;
}

/** The steps of a row; the same array for every row where no command depends on a variable. */
export type RowSteps = (values: Float64Array) => readonly Step[];

type StepPlan = Pick<Plan, 'analyses' | 'measurements' | 'variables' | 'waveforms'>;
type VectorsOf = (measurement: Measurement) => readonly string[];

/**
 * The analyses of a plan in its order, each with what is read and measured after it.
 * @throws SpiceLabError PLAN_INVALID for an expression in a command that is none
 */
export function compileSteps(plan: StepPlan, vectorsOf: VectorsOf): RowSteps {
  const { length } = plan.variables;
  const analyses = plan.analyses.map(({ command }) => compileCommand(command, length));
  const measurements = plan.measurements.map(({ source }) =>
    source.kind === 'meas' ? compileCommand(source.command, length) : undefined,
  );
  const filled = (values: Float64Array): StepPlan => ({
    ...plan,
    analyses: plan.analyses.map((analysis, k) => ({ ...analysis, command: analyses[k]!(values) })),
    measurements: plan.measurements.map((measurement, k) => {
      const command = measurements[k]?.(values);
      if (measurement.source.kind !== 'meas' || command === undefined) return measurement;
      return { ...measurement, source: { ...measurement.source, command } };
    }),
  });
  if (dependsOnRow(plan)) return (values) => stepsOf(filled(values), vectorsOf);
  const steps = stepsOf(plan, vectorsOf);
  return () => steps;
}

const dependsOnRow = ({ analyses, measurements }: StepPlan): boolean =>
  analyses.some(({ command }) => command.includes('{')) ||
  measurements.some(({ source }) => source.kind === 'meas' && source.command.includes('{'));

function stepsOf(plan: StepPlan, vectorsOf: VectorsOf): Step[] {
  return plan.analyses.map((analysis) => {
    const vectors = new Set(analysis.vectors);
    for (const measurement of plan.measurements)
      if (measurement.source.kind === 'vectors' && measurement.source.analysis === analysis.name)
        for (const name of vectorsOf(measurement)) vectors.add(name);
    for (const wanted of plan.waveforms)
      if (wanted.analysis === analysis.name) for (const name of wanted.vectors) vectors.add(name);
    const scale = scaleName(analysis);
    if (scale !== undefined) vectors.delete(scale);
    return {
      analysis,
      command: analysis.command,
      vectors: [...vectors],
      scale,
      meas: measCommands(analysis, plan.measurements),
      reaches: completeness(analysis),
    };
  });
}

/**
 * Results get names of their own: `meas` would overwrite a node's vector of the same name. A later `meas` of the analysis
 * may refer to an earlier one (`at=rise_time`); such names are replaced.
 */
function measCommands(analysis: Analysis, measurements: readonly Measurement[]): MeasCommand[] {
  const names = new Map<string, string>();
  return measurements.flatMap(({ name, source }, column) => {
    if (source.kind !== 'meas' || source.analysis !== analysis.name) return [];
    const result = `spicelab_m${column}`;
    const told = source.command.replace(
      /(=\s*)([a-z_]\w*)(?=\s|$)/gi,
      (all, equals: string, word: string) => {
        const known = names.get(word.toLowerCase());
        return known === undefined ? all : `${equals}${known}`;
      },
    );
    names.set(name.toLowerCase(), result);
    return [{ column, result, command: `meas ${analysis.kind} ${result} ${told}` }];
  });
}

function scaleName({ kind, command }: Analysis): string | undefined {
  switch (kind) {
    case 'op':
    case 'tf':
      return undefined;
    case 'ac':
    case 'noise':
      return 'frequency';
    case 'tran':
      return 'time';
    case 'dc':
      return sweepName(words(command)[1] ?? '');
  }
}

/** How ngspice names the scale of a `dc` sweep, by what it sweeps. */
function sweepName(swept: string): string {
  if (swept.toLowerCase() === 'temp') return 'temp-sweep';
  const letter = swept.slice(0, 1).toLowerCase();
  return letter === 'i' ? 'i-sweep' : letter === 'r' ? 'res-sweep' : 'v-sweep';
}

function completeness({ kind, command }: Analysis): (last: number) => boolean {
  const [, ...rest] = words(command);
  const number = (k: number) => readNumber(rest[k] ?? '')?.value;
  switch (kind) {
    case 'op':
    case 'tf':
      return () => true;
    case 'tran': {
      // ngspice ends within 5e-5 of its largest step from the stop time
      const stop = number(1);
      return stop === undefined ? () => true : (last) => last >= stop * (1 - 1e-4);
    }
    case 'dc': {
      const [stop, step] = [number(2), number(3)];
      if (stop === undefined || step === undefined) return () => true;
      return (last) => Math.abs(stop - last) <= Math.abs(step) * (1 + 1e-6);
    }
    case 'ac':
      return frequencies(rest);
    case 'noise': {
      const at = rest.findIndex((word) => /^(dec|oct|lin)$/i.test(word));
      return at < 0 ? () => true : frequencies(rest.slice(at));
    }
  }
}

/** `dec 10 1 1meg`: the last point is within one step of the stop frequency. */
function frequencies(rest: readonly string[]): (last: number) => boolean {
  const [points, start, stop] = [1, 2, 3].map((k) => readNumber(rest[k] ?? '')?.value);
  if (points === undefined || start === undefined || stop === undefined) return () => true;
  const variation = rest[0]?.toLowerCase();
  if (variation === 'lin') {
    const step = (stop - start) / Math.max(1, points - 1);
    return (last) => last >= stop - step * (1 + 1e-6);
  }
  const ratio = (variation === 'oct' ? 2 : 10) ** (1 / points);
  return (last) => last >= (stop / ratio) * (1 - 1e-6);
}

const words = (command: string): string[] => command.trim().split(/\s+/);
