import { type Batch, OK, type Plan, statusCode, type Table, type Waveform } from '../../plan/index.ts';
import { findVector, type Plot } from '../../waveform/index.ts';
import type { Failure } from './messages.ts';
import type { Program } from './program.ts';
import { rowOf } from './visits.ts';

/**
 * Builds the table of a batch, rows in any order. For each row: what went wrong and what was read, then `end`.
 * Nothing is assumed of a row that was not ended.
 */
export interface RowsBuilder {
  /** Evaluates the measurements of an analysis and keeps the waveforms asked for; the plot's arrays may be reused after. */
  plot(row: number, analysis: string, plot: Plot): void;
  /** What a `meas` command found; NaN where it found nothing. */
  meas(row: number, column: number, value: number): void;
  /** The first failure of a row is the one that is told. */
  fail(row: number, failure: Failure): void;
  /** Evaluates the measurements over others and settles the row's status. */
  end(row: number): void;
  finish(): Table;
}

export function createRows(program: Program, batch: Batch): RowsBuilder {
  const { plan, measures } = program;
  const width = plan.variables.length;
  const columns = plan.measurements.map(() => new Float64Array(batch.rows).fill(Number.NaN));
  const status = new Uint8Array(batch.rows).fill(statusCode('crashed'));
  const ended = new Uint8Array(batch.rows);
  const failures = new Map<number, Failure>();
  const reasons = new Map<number, Map<number, string>>();
  const waveforms: Waveform[] = [];
  const slots = new Float64Array(width + columns.length);

  const fillSlots = (row: number): Float64Array => {
    slots.set(rowOf(batch, row));
    for (let k = 0; k < columns.length; k++) slots[width + k] = columns[k]![row]!;
    return slots;
  };
  const because = (row: number, column: number, reason: string) => {
    const known = reasons.get(row);
    if (known) known.set(column, reason);
    else reasons.set(row, new Map([[column, reason]]));
  };
  const settle = (row: number): Failure | undefined => {
    const missing = columns.flatMap((column, k) => (Number.isNaN(column[row]!) ? [k] : []));
    if (missing.length === 0) return undefined;
    return { status: 'measurement', message: describeMissing(plan, missing, reasons.get(row)) };
  };

  return {
    plot(row, analysis, plot) {
      const wanted = measures.ofAnalysis.get(analysis);
      if (wanted) {
        fillSlots(row);
        for (const column of wanted) {
          const measured = measures.fromPlot(column, plot, slots);
          if (typeof measured === 'string') because(row, column, measured);
          else if (Number.isFinite(measured)) {
            columns[column]![row] = measured;
            slots[width + column] = measured;
          } else because(row, column, `its value is ${measured}`);
        }
      }
      for (const request of plan.waveforms)
        if (request.analysis === analysis) waveforms.push(collect(row, analysis, plot, request.vectors));
    },
    meas(row, column, value) {
      if (Number.isFinite(value)) columns[column]![row] = value;
    },
    fail(row, failure) {
      if (!failures.has(row)) failures.set(row, failure);
    },
    end(row) {
      if (measures.scalars.length > 0) {
        fillSlots(row);
        for (const column of measures.scalars) {
          const value = measures.fromScalars(column, slots);
          if (Number.isFinite(value)) columns[column]![row] = value;
          slots[width + column] = columns[column]![row]!;
        }
      }
      ended[row] = 1;
      let complete = true;
      for (const column of columns) if (Number.isNaN(column[row]!)) complete = false;
      const failure = failures.get(row) ?? (complete ? undefined : settle(row));
      if (failure) failures.set(row, failure);
      status[row] = failure ? statusCode(failure.status) : OK;
    },
    finish() {
      const messages = new Map<number, string>();
      for (let row = 0; row < batch.rows; row++) {
        const failure = failures.get(row);
        if (!ended[row]) messages.set(row, failure?.message ?? 'the engine gave no answer for this sample');
        else if (failure) messages.set(row, failure.message);
      }
      waveforms.sort((a, b) => a.row - b.row);
      return { rows: batch.rows, columns, status, messages, waveforms };
    },
  };
}

function describeMissing(
  plan: Pick<Plan, 'measurements'>,
  missing: readonly number[],
  reasons: ReadonlyMap<number, string> | undefined,
): string {
  return missing
    .map((k) => `${plan.measurements[k]!.name}: ${reasons?.get(k) ?? whyMissing(plan, k)}`)
    .join('; ');
}

function whyMissing(plan: Pick<Plan, 'measurements'>, column: number): string {
  const { source } = plan.measurements[column]!;
  return source.kind === 'meas' ? `never fired (${source.command})` : 'no finite value';
}

/** Copies of the vectors that are as long as the scale; a complex one as two columns. */
function collect(row: number, analysis: string, plot: Plot, vectors: readonly string[]): Waveform {
  const names: string[] = [];
  const columns: Float64Array[] = [];
  const scale = plot.scale === '' ? undefined : plot.vectors.get(plot.scale);
  if (scale) {
    names.push(plot.scale);
    columns.push(scale.re.slice());
  }
  for (const name of vectors) {
    const vector = name === plot.scale ? undefined : findVector(plot, name);
    if (!vector || (scale && vector.re.length !== scale.re.length)) continue;
    if (vector.im) {
      names.push(`re(${name})`, `im(${name})`);
      columns.push(vector.re.slice(), vector.im.slice());
    } else {
      names.push(name);
      columns.push(vector.re.slice());
    }
  }
  return { row, analysis, names, columns };
}
