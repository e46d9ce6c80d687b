import { canonicalVector, type Plot, plotOfRaw, readRaw, type Vector } from '../../waveform/index.ts';
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
import type { StepCommands } from './step-commands.ts';
import type { Reply } from './streams.ts';

/** What a row left behind. */
export interface RowResults {
  readonly files: { takeFile(path: string): Uint8Array };
  readonly reply: Reply;
  /** How many commands came before those of the first analysis. */
  readonly assignments: number;
  /** Executes more commands with the same circuit and values. */
  again(commands: readonly string[]): Reply;
}

/** `unsure`: what is loaded may not be what the next row expects. */
export type After = 'ready' | 'unsure';

/** Analyses whose circuits lack a vector that is wanted: from then on all vectors are written. */
export type Lacking = Set<StepCommands>;

export const commandsOf = (steps: readonly StepCommands[], lacking: Lacking): string[] =>
  steps.flatMap((entry) => (lacking.has(entry) ? entry.everything : entry.chosen));

/** Hands what a row's analyses left behind to the rows being built. */
export function readRow(
  row: number,
  results: RowResults,
  program: Program,
  steps: readonly StepCommands[],
  lacking: Lacking,
  rows: RowsBuilder,
): After {
  const { reply, assignments, files } = results;
  const refused = assignmentFailure(reply.lines(0, assignments), program);
  if (refused) rows.fail(row, refused);
  let after: After = refused ? 'unsure' : 'ready';
  let at = assignments;
  const outcomes = steps.map((entry) => {
    const from = at;
    at += commandsOf([entry], lacking).length;
    const bytes = entry.file === undefined ? undefined : files.takeFile(entry.file);
    return { entry, lines: reply.lines(from, at), bytes };
  });
  if (refused) return after;
  for (const { entry, lines, bytes } of outcomes) {
    const { step } = entry;
    const told = analysisFailure(lines, step.analysis.name);
    const { plot, failure } = told ? { failure: told } : readVectors(entry, bytes, results, lacking);
    if (failure) rows.fail(row, failure);
    else {
      // first, for what is measured of the plot may refer to it
      readMeas(row, step, lines, rows);
      if (plot) rows.plot(row, step.analysis.name, plot);
    }
    if (failure || leavesTraces(lines)) after = 'unsure';
  }
  return after;
}

/** `reset` expands the circuit again, and complains like a load. */
function assignmentFailure(lines: readonly string[], program: Program): Failure | undefined {
  if (lines.length === 0) return undefined;
  const problem =
    assignmentRefusal(lines) ??
    (program.assigner.resets ? loadFailure(lines, program.plan.circuits[0]!)?.message : undefined);
  return problem === undefined ? undefined : { status: 'load', message: problem };
}

function readVectors(
  entry: StepCommands,
  bytes: Uint8Array | undefined,
  { again, files }: RowResults,
  lacking: Lacking,
): { plot?: Plot; failure?: Failure } {
  const { step, file } = entry;
  if (!bytes || file === undefined) return {};
  const { name } = step.analysis;
  let plot = readPlot(step, bytes);
  if (!plot && !lacking.has(entry)) {
    lacking.add(entry);
    again(entry.everything);
    plot = readPlot(step, files.takeFile(file));
  }
  if (!plot) return failed(`${name}: the simulator left no results`);
  const last = step.scale === undefined ? undefined : plot.vectors.get(step.scale)?.re.at(-1);
  if (step.scale !== undefined && (last === undefined || !step.reaches(last)))
    return failed(`${name}: ended early, at ${step.scale} = ${last}`);
  return { plot };
}

const failed = (message: string): { failure: Failure } => ({ failure: { status: 'analysis', message } });

const PRINTED = /^(\w+) = (\S+)$/;

function readMeas(row: number, { meas }: Step, lines: readonly string[], rows: RowsBuilder): void {
  if (meas.length === 0) return;
  const printed = new Map<string, number>();
  for (const line of lines) {
    const match = PRINTED.exec(line);
    if (match) printed.set(match[1]!, Number(match[2]));
  }
  const lacking = lines.some((line) => /no such vector/i.test(line));
  for (const told of meas) {
    const value = lacking ? measuredValue(lines, told) : (printed.get(told.result) ?? Number.NaN);
    rows.meas(row, told.column, value);
  }
}

/** Several plots of one analysis as one; none where ngspice had only its physical constants to write. */
function readPlot({ analysis, scale = '' }: Step, bytes: Uint8Array): Plot | undefined {
  const vectors = new Map<string, Vector>();
  for (const raw of readRaw(bytes))
    for (const [name, vector] of plotOfRaw(raw)?.vectors ?? []) vectors.set(canonicalVector(name), vector);
  return vectors.size === 0 ? undefined : { kind: analysis.kind, scale, vectors };
}

/** What one row tells ngspice before its analyses, with what `reset` has dropped. */
export function rowCommands({ assigner, save }: Program, values: Float64Array) {
  const { commands, refused } = assigner.assignTogether(values);
  return { refused, commands: assigner.resets && save !== undefined ? [...commands, save] : commands };
}
