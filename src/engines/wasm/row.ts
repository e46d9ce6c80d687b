import { canonicalVector, type Plot, plotOfRaw, readRaw, type Vector } from '../../waveform/index.ts';
import { analysisFailure, type Failure, type Program, type RowsBuilder, type Step } from '../common/index.ts';
import type { Reply } from './console.ts';

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

/** Where ngspice writes to. */
interface Files {
  takeFile(path: string): Uint8Array | undefined;
}

/** Hands what a row's analyses left behind to the rows being built. `from` is the first command of the first analysis. */
export function readRow(
  row: number,
  { files, reply, from }: { files: Files; reply: Reply; from: number },
  steps: readonly StepCommands[],
  rows: RowsBuilder,
): void {
  let at = from;
  for (const { step, commands, file } of steps) {
    const lines = reply.lines(at, at + commands.length);
    at += commands.length;
    const bytes = file === undefined ? undefined : files.takeFile(file);
    const failure = analysisFailure(lines, step.analysis.name);
    if (failure) {
      rows.fail(row, failure);
      continue;
    }
    readMeas(row, step, lines, rows);
    if (file === undefined) continue;
    const plot = bytes && readPlot(step, bytes);
    if (plot && reachesEnd(step, plot)) rows.plot(row, step.analysis.name, plot);
    else rows.fail(row, incomplete(step, lines));
  }
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

function reachesEnd({ scale, reaches }: Step, { vectors }: Plot): boolean {
  if (scale === undefined) return true;
  const last = vectors.get(scale)?.re.at(-1);
  return last !== undefined && reaches(last);
}

function incomplete({ analysis }: Step, lines: readonly string[]): Failure {
  const said = lines.findLast((line) => /error|warning/i.test(line));
  const reason = said ? `: ${said.trim()}` : '';
  return { status: 'analysis', message: `${analysis.name}: its results are incomplete${reason}` };
}

/** What one row tells ngspice before its analyses, with what `reset` has dropped. */
export function rowCommands({ assigner, save }: Program, values: Float64Array) {
  const { commands, refused } = assigner.assign(values);
  return { refused, commands: assigner.resets && save !== undefined ? [...commands, save] : commands };
}
