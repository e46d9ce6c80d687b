import type { Analysis, Assignment, Batch, Measurement, Plan, Slot } from '../../src/plan/index.ts';

/** A circuit for tests: its text, with `{{expression}}` where a slot is to be filled. */
export interface TestCircuit {
  readonly label?: string;
  readonly text: string;
}

/** What differs from plan to plan; the rest has one sensible value. */
export interface TestPlan {
  readonly circuits: readonly (string | TestCircuit)[];
  readonly variables?: Readonly<Record<string, number>>;
  readonly assignments?: readonly Assignment[];
  /** Command by name; vectors are added from `vectors`. */
  readonly analyses: Readonly<Record<string, string>>;
  readonly vectors?: Readonly<Record<string, readonly string[]>>;
  /** `analysis: expression`, `analysis: meas find …`, or an expression over numbers alone. */
  readonly measurements: Readonly<Record<string, string>>;
  readonly waveforms?: Plan['waveforms'];
}

/** A plan without the compiler, so that engines are tested alone. */
export function planOf(test: TestPlan): Plan {
  const variables = Object.entries(test.variables ?? {});
  return {
    format: 1,
    title: 'conformance',
    circuits: test.circuits.map(circuitOf),
    variables: variables.map(([name, nominal]) => ({
      name,
      unit: '',
      nominal,
      source: { kind: 'random', distribution: { kind: 'normal', mean: nominal, sigma: 0 } },
    })),
    axes: [],
    sampling: { method: 'random', seed: 1 },
    correlations: [],
    assignments: [...(test.assignments ?? [])],
    analyses: Object.entries(test.analyses).map(([name, command]) => analysisOf(name, command, test)),
    measurements: Object.entries(test.measurements).map(([name, text]) => measurementOf(name, text)),
    specs: [],
    waveforms: test.waveforms ?? [],
  };
}

/** Where line n of a test circuit is said to come from. */
export const SOURCE = 'deck.cir';
export const FIRST_LINE = 100;

function circuitOf(circuit: string | TestCircuit): Plan['circuits'][number] {
  const { label, text: marked } = typeof circuit === 'string' ? { label: '', text: circuit } : circuit;
  const slots: Slot[] = [];
  let text = '';
  for (const [k, piece] of marked.split(/\{\{(.*?)\}\}/).entries()) {
    if (k % 2 === 1) slots.push({ offset: text.length, length: 1, value: piece, active: true });
    text += k % 2 === 1 ? '1' : piece;
  }
  return {
    label: label ?? '',
    text,
    slots,
    sources: [SOURCE],
    origins: [{ line: 1, source: 0, sourceLine: FIRST_LINE }],
  };
}

function analysisOf(name: string, command: string, { vectors }: TestPlan): Analysis {
  const kind = command.split(' ')[0] as Analysis['kind'];
  return { name, kind, command, vectors: [...(vectors?.[name] ?? [])] };
}

function measurementOf(name: string, text: string): Measurement {
  const [, analysis, rest] = /^(\w+): *(.*)$/.exec(text) ?? [];
  if (analysis === undefined || rest === undefined)
    return { name, unit: '', source: { kind: 'scalars', expression: text } };
  return rest.startsWith('meas ')
    ? { name, unit: '', source: { kind: 'meas', analysis, command: rest.slice('meas '.length) } }
    : { name, unit: '', source: { kind: 'vectors', analysis, expression: rest } };
}

/** Rows of variable values; all of circuit 0 unless `circuits` says otherwise. */
export function batchOf(rows: readonly (readonly number[])[], circuits?: readonly number[]): Batch {
  return {
    rows: rows.length,
    samples: Float64Array.from(rows, (_, row) => row),
    circuits: Uint16Array.from(rows, (_, row) => circuits?.[row] ?? 0),
    values: Float64Array.from(rows.flat()),
  };
}

export const RC = 'rc low-pass\nv1 in 0 dc 1 ac 1\nr1 in out 1k\nc1 out 0 100n\n.end\n';

export const alter = (device: string, value: string, parameter?: string): Assignment =>
  parameter === undefined ? { kind: 'alter', device, value } : { kind: 'alter', device, parameter, value };
