import { canonicalVector, type Vector } from '../../waveform/index.ts';
import {
  analysisFailure,
  assignmentRefusal,
  type Failure,
  leavesTraces,
  loadFailure,
  measuredValue,
  type Program,
  type RowsBuilder,
  type Step,
} from '../common/index.ts';
import type { Library } from './library.ts';

/** `unsure`: what is loaded may not be what the next row expects. */
export type After = 'ready' | 'unsure';

/** Simulates rows of the circuit that is loaded. */
export interface Simulator {
  row(library: Library, values: Float64Array, row: number, rows: RowsBuilder): After;
}

/** An analysis with arrays of its own, filled anew in every row. */
interface Reading {
  readonly step: Step;
  readonly vectors: Map<string, Vector>;
  readonly plot: {
    readonly kind: Step['analysis']['kind'];
    readonly scale: string;
    readonly vectors: Map<string, Vector>;
  };
  /** Names to ask for; in a noise analysis those of spectra are in the plot before the current one. */
  readonly names: readonly string[];
}

export function createSimulator(program: Program): Simulator {
  let steps = program.steps(program.nominal);
  let readings = steps.map(createReading);
  return {
    row(library, values, row, rows) {
      const { commands, refused } = program.assigner.assignTogether(values);
      if (refused !== undefined) {
        rows.fail(row, { status: 'load', message: refused });
        return 'ready';
      }
      library.dropMessages();
      for (const command of commands) library.command(command);
      const refusal = library.alarmed ? assignmentFailure(library.takeMessages(), program) : undefined;
      if (refusal) {
        rows.fail(row, refusal);
        return 'unsure';
      }
      const rowSteps = program.steps(values);
      if (rowSteps !== steps) {
        steps = rowSteps;
        readings = steps.map(createReading);
      }
      let after: After = 'ready';
      for (const reading of readings) {
        const { failure, traces } = analyse(library, reading);
        if (failure || traces) after = 'unsure';
        if (failure) rows.fail(row, failure);
        else {
          measure(library, reading, row, rows);
          rows.plot(row, reading.step.analysis.name, reading.plot);
        }
        if (library.ended) break;
      }
      library.command('destroy all');
      return after;
    },
  };
}

function createReading(step: Step): Reading {
  const vectors = new Map<string, Vector>();
  return {
    step,
    vectors,
    plot: { kind: step.analysis.kind, scale: step.scale ?? '', vectors },
    names: step.scale === undefined ? step.vectors : [step.scale, ...step.vectors],
  };
}

/** What was told went wrong, or `undefined` for warnings; `reset` expands the circuit and complains like a load. */
function assignmentFailure(lines: readonly string[], program: Program): Failure | undefined {
  const problem =
    assignmentRefusal(lines) ??
    (program.assigner.resets ? loadFailure(lines, program.plan.circuits[0]!)?.message : undefined);
  return problem === undefined ? undefined : { status: 'load', message: problem };
}

interface Analysed {
  readonly failure: Failure | undefined;
  readonly traces: boolean;
}

/** Runs the analysis and reads its vectors; nothing that ngspice returns says whether it succeeded. */
function analyse(library: Library, reading: Reading): Analysed {
  const { step } = reading;
  library.dropMessages();
  const before = library.currentPlot();
  library.command(step.command);
  const lines = library.alarmed ? library.takeMessages() : [];
  const traces = leavesTraces(lines);
  const told = lines.length > 0 ? analysisFailure(lines, step.analysis.name) : undefined;
  return { failure: told ?? readResults(library, reading, before), traces };
}

/** Reads the new plot; an incomplete one is a failure that nothing was said about. */
function readResults(library: Library, reading: Reading, before: string): Failure | undefined {
  const { step } = reading;
  const { name, kind } = step.analysis;
  const plot = library.currentPlot();
  const none: Failure = { status: 'analysis', message: `${name}: the simulator left no results` };
  if (plot === before || !plot.startsWith(kind)) return none;
  readVectors(library, reading, plot);
  if (step.scale === undefined) return undefined;
  const last = reading.vectors.get(step.scale)?.re.at(-1);
  if (last === undefined) return none;
  if (step.reaches(last)) return undefined;
  return { status: 'analysis', message: `${name}: ended early, at ${step.scale} = ${last}` };
}

function readVectors(library: Library, { step, vectors, names }: Reading, plot: string): void {
  const spectra = step.analysis.kind === 'noise' ? `${plotBefore(plot)}.` : '';
  const spelled = step.analysis.kind === 'tf' ? spellings(library.vectors.names(plot)) : undefined;
  for (const name of names) {
    const known = vectors.get(name);
    const found =
      (spectra === '' ? undefined : library.vectors.read(spectra + name, known)) ??
      library.vectors.read(spelled?.get(name) ?? name, known);
    if (found === undefined) vectors.delete(name);
    else if (found !== known) vectors.set(name, found);
  }
}

/** Impedances are named after what they were measured at: `output_impedance_at_V(out)`, `v1#Input_impedance`. */
const spellings = (names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(names.map((name) => [canonicalVector(name), name]));

/** `noise1` holds the spectra, `noise2` the integrals. */
function plotBefore(plot: string): string {
  const number = Number(/\d+$/.exec(plot)?.[0] ?? 1);
  return plot.replace(/\d+$/, String(Math.max(1, number - 1)));
}

function measure(library: Library, { step }: Reading, row: number, rows: RowsBuilder): void {
  for (const told of step.meas) {
    library.dropMessages();
    library.command(told.command);
    rows.meas(row, told.column, measuredValue(library.takeMessages(), told));
  }
}
