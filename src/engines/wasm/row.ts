import { canonicalVector, type Plot, plotOfRaw, readRaw, type Vector } from '../../waveform/index.ts';
import {
  analysisFailure,
  assignmentRefusal,
  type Failure,
  leavesTraces,
  loadFailure,
  type Program,
  type RowsBuilder,
  type Step,
} from '../common/index.ts';
import type { Reply } from './streams.ts';

/** The commands of one analysis with what reads its results. The same for every row. */
export interface StepCommands {
  readonly step: Step;
  readonly commands: readonly string[];
  /** The file of its vectors; none where nothing but `meas` values is wanted of an analysis of one point. */
  readonly file: string | undefined;
}

export function stepCommands(steps: readonly Step[]): StepCommands[] {
  return steps.map((step, k) => {
    const file = readsVectors(step) ? `/${k}.raw` : undefined;
    return {
      step,
      file,
      commands: [
        'destroy all',
        step.command,
        ...step.meas.map(({ command }) => command),
        ...step.meas.map(({ result }) => `print ${result}`),
        ...(file === undefined ? [] : writeCommands(step, file)),
      ],
    };
  });
}

const readsVectors = ({ vectors, scale }: Step): boolean => vectors.length > 0 || scale !== undefined;

/** Names that `write` takes for what they are: no operators. */
const PLAIN = /^(?:[vi]\([\w.:#]+\)|@[\w.:#]+\[\w+\])$/;
/** Where a circuit has no such node, `v(c)` reads the speed of light. */
const CONSTANT = /^[vi]\((?:boltz|c|e|echarge|false|i|kelvin|no|pi|planck|true|yes)\)$/;

/** A noise analysis leaves two plots, of which the integrated one is current. */
function writeCommands({ analysis, vectors, scale }: Step, file: string): string[] {
  if (analysis.kind === 'noise') return [`write ${file}`, 'setplot previous', `write ${file}`];
  const named = vectors.length > 0 ? vectors : scale === undefined ? [] : [scale];
  const plain =
    analysis.kind !== 'tf' &&
    named.every((name) => (PLAIN.test(name) && !CONSTANT.test(name)) || /^(time|frequency)$/.test(name));
  return [plain ? `write ${file} ${named.join(' ')}` : `write ${file}`];
}

/** What a row left behind. */
export interface RowResults {
  readonly files: { takeFile(path: string): Uint8Array };
  readonly reply: Reply;
  /** How many commands came before those of the first analysis. */
  readonly assignments: number;
}

/** `unsure`: what is loaded may not be what the next row expects. */
export type After = 'ready' | 'unsure';

/** Hands what a row's analyses left behind to the rows being built. */
export function readRow(
  row: number,
  { files, reply, assignments }: RowResults,
  program: Program,
  steps: readonly StepCommands[],
  rows: RowsBuilder,
): After {
  const refused = assignmentFailure(reply.lines(0, assignments), program);
  if (refused) rows.fail(row, refused);
  let after: After = refused ? 'unsure' : 'ready';
  let at = assignments;
  for (const { step, commands, file } of steps) {
    const lines = reply.lines(at, at + commands.length);
    at += commands.length;
    const bytes = file === undefined ? undefined : files.takeFile(file);
    if (refused) continue;
    const failure = analysisFailure(lines, step.analysis.name) ?? readStep(row, step, bytes, rows);
    if (failure) rows.fail(row, failure);
    else readMeas(row, step, lines, rows);
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

function readStep(
  row: number,
  step: Step,
  bytes: Uint8Array | undefined,
  rows: RowsBuilder,
): Failure | undefined {
  if (!bytes) return undefined;
  const { name } = step.analysis;
  const plot = readPlot(step, bytes);
  if (!plot) return { status: 'analysis', message: `${name}: the simulator left no results` };
  const last = step.scale === undefined ? undefined : plot.vectors.get(step.scale)?.re.at(-1);
  if (step.scale !== undefined && (last === undefined || !step.reaches(last)))
    return { status: 'analysis', message: `${name}: ended early, at ${step.scale} = ${last}` };
  rows.plot(row, name, plot);
  return undefined;
}

const PRINTED = /^(\w+) = (\S+)$/;

function readMeas(row: number, { meas }: Step, lines: readonly string[], rows: RowsBuilder): void {
  if (meas.length === 0) return;
  const printed = new Map<string, number>();
  for (const line of lines) {
    const match = PRINTED.exec(line);
    if (match) printed.set(match[1]!, Number(match[2]));
  }
  for (const { column, result } of meas) rows.meas(row, column, printed.get(result) ?? Number.NaN);
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
  const { commands, refused } = assigner.assign(values);
  return { refused, commands: assigner.resets && save !== undefined ? [...commands, save] : commands };
}
