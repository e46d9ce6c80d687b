import { type Batch, createCircuitWriter, type Plan } from '../../plan/index.ts';

/** Rows of a batch that share one circuit text, so that it is loaded once for all of them. */
export interface Visit {
  readonly circuit: number;
  readonly text: string;
  readonly rows: readonly number[];
}

export interface CircuitTexts {
  /** The text that a row of values simulates: the circuit with its active slots filled. */
  text(circuit: number, values: Float64Array): string;
  /** Every row of the batch exactly once; by circuit, and by first row within a circuit. Texts are made one at a time. */
  visits(batch: Batch): Iterable<Visit>;
}

/** @throws SpiceLabError PLAN_INVALID for a slot whose expression is none */
export function createCircuitTexts(plan: Pick<Plan, 'circuits' | 'variables'>): CircuitTexts {
  const writer = createCircuitWriter(plan);
  const fixed = plan.circuits.map(({ slots }) => slots.every(({ active }) => !active));
  const text = (circuit: number, values: Float64Array) => writer.text(circuit, values, 'active');
  return {
    text,
    *visits(batch) {
      for (const [circuit, rows] of byCircuit(batch)) {
        if (fixed[circuit]) yield { circuit, text: text(circuit, rowOf(batch, rows[0]!)), rows };
        else yield* runsOfText(circuit, rows, (row) => text(circuit, rowOf(batch, row)));
      }
    },
  };
}

/** The variables' values in one row. */
export function rowOf(batch: Batch, row: number): Float64Array {
  const width = batch.rows === 0 ? 0 : batch.values.length / batch.rows;
  return batch.values.subarray(row * width, (row + 1) * width);
}

function byCircuit(batch: Batch): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < batch.rows; row++) {
    const circuit = batch.circuits[row]!;
    const known = rows.get(circuit);
    if (known) known.push(row);
    else rows.set(circuit, [row]);
  }
  return rows;
}

/** Neighbours of equal text go together; more would mean to keep every text of a batch. */
function* runsOfText(circuit: number, rows: readonly number[], textOf: (row: number) => string) {
  let visit: { circuit: number; text: string; rows: number[] } | undefined;
  for (const row of rows) {
    const text = textOf(row);
    if (visit?.text === text) visit.rows.push(row);
    else {
      if (visit) yield visit;
      visit = { circuit, text, rows: [row] };
    }
  }
  if (visit) yield visit;
}
