import type { Engine, EngineIdentity, ReportProgress } from '../../engine.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { type Batch, OK, type Plan, statusCode, type Table } from '../../plan/index.ts';
import { compileFormulas, type Program } from './program.ts';

export const FORMULA_IDENTITY: EngineIdentity = { name: 'formula', version: '1' };
const MEASUREMENT = statusCode('measurement');
/** Rows between two reports: some milliseconds. */
const ROWS_PER_REPORT = 4096;

/**
 * An engine without a simulator: the deck holds only `.param` lines, measurements are expressions over parameters,
 * variables and earlier measurements. For closed forms, tests, and to measure what everything around an engine costs.
 */
export class FormulaEngine implements Engine {
  readonly identity = FORMULA_IDENTITY;
  #plan: Plan | undefined;
  #programs: Program[] = [];

  /** @throws SpiceLabError ENGINE_LOAD for devices, unknown names, `.meas`, waveforms */
  async load(plan: Plan): Promise<void> {
    this.#plan = undefined;
    if (plan.waveforms.length > 0)
      throw new SpiceLabError('ENGINE_LOAD', 'the formula engine has no waveforms to save', {
        remedy: 'Ask for no waveforms, or choose another engine: --engine wasm.',
      });
    this.#programs = plan.circuits.map((_, circuit) => compileFormulas(plan, circuit));
    this.#plan = plan;
  }

  async run(batch: Batch, report: ReportProgress = () => undefined): Promise<Table> {
    const plan = this.#plan;
    if (!plan) throw new SpiceLabError('INTERNAL', 'run was called before load');
    const columns = plan.measurements.map(() => new Float64Array(batch.rows));
    const status = new Uint8Array(batch.rows).fill(OK);
    const messages = new Map<number, string>();
    for (let row = 0; row < batch.rows; row++) {
      if (row % ROWS_PER_REPORT === 0) report(row, Math.min(ROWS_PER_REPORT, batch.rows - row));
      const program = this.#programs[batch.circuits[row]!]!;
      if (
        evaluateRow(program, batch.values, row * plan.variables.length, plan.variables.length, columns, row)
      )
        continue;
      status[row] = MEASUREMENT;
      messages.set(row, withoutValue(plan, columns, row));
    }
    return { rows: batch.rows, columns, status, messages, waveforms: [] };
  }

  async close(): Promise<void> {
    this.#plan = undefined;
    this.#programs = [];
  }
}

/** Whether every measurement has a value. */
function evaluateRow(
  { slots, parameters, measurements }: Program,
  values: Float64Array,
  from: number,
  count: number,
  columns: readonly Float64Array[],
  row: number,
): boolean {
  for (let k = 0; k < count; k++) slots[k] = values[from + k]!;
  for (const { slot, value } of parameters) slots[slot] = value(slots);
  let complete = true;
  for (let k = 0; k < measurements.length; k++) {
    const { slot, value } = measurements[k]!;
    const result = value(slots);
    const finite = Number.isFinite(result);
    if (!finite) complete = false;
    columns[k]![row] = slots[slot] = finite ? result : Number.NaN;
  }
  return complete;
}

function withoutValue(plan: Plan, columns: readonly Float64Array[], row: number): string {
  const names = plan.measurements.filter((_, k) => Number.isNaN(columns[k]![row]!)).map(({ name }) => name);
  return `no finite value: ${names.join(', ')}`;
}
