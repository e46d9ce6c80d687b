import { canonicalVector, type Plot, plotOfRaw, readRaw, type Vector } from '../../waveform/index.ts';
import { analysisFailure, measuredValue, type RowsBuilder } from '../common/index.ts';
import type { StepFiles } from './deck.ts';
import type { Ending } from './process.ts';

/** Hands what a process left behind to the rows being built. */
export function readResults(
  row: number,
  { lines, files }: Ending,
  steps: readonly StepFiles[],
  rows: RowsBuilder,
) {
  for (const entry of steps) {
    const { step } = entry;
    const plot = readPlot(entry, files);
    if (!plot || !reachesEnd(entry, plot)) {
      const { name } = step.analysis;
      rows.fail(
        row,
        analysisFailure(lines, name) ?? {
          status: 'analysis',
          message: `${name}: its results are incomplete`,
        },
      );
      continue;
    }
    for (const told of step.meas) rows.meas(row, told.column, measuredValue(lines, told));
    rows.plot(row, step.analysis.name, plot);
  }
}

/** The plots of one analysis as one; none where ngspice had only its physical constants to write. */
function readPlot({ step, files: names }: StepFiles, files: Ending['files']): Plot | undefined {
  const vectors = new Map<string, Vector>();
  for (const name of names) {
    const bytes = files.get(name);
    for (const raw of bytes ? readRaw(bytes) : [])
      for (const [key, vector] of plotOfRaw(raw)?.vectors ?? []) vectors.set(plainName(key), vector);
  }
  const { kind } = step.analysis;
  return vectors.size === 0 ? undefined : { kind, scale: step.scale ?? '', vectors };
}

/** A raw file calls every voltage `v(…)`, also those that are none: `v(onoise_total)`, `v(transfer_function)`. */
function plainName(key: string): string {
  const inner = /^[vi]\((.*)\)$/.exec(key)?.[1];
  return inner !== undefined && canonicalVector(inner) === inner ? inner : canonicalVector(key);
}

function reachesEnd({ step }: StepFiles, { vectors }: Plot): boolean {
  if (step.scale === undefined) return [...vectors.values()].every(({ re }) => re.length > 0);
  const last = vectors.get(step.scale)?.re.at(-1);
  return last !== undefined && step.reaches(last);
}
