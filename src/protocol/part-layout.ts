import type { SchemaElement } from 'hyparquet';
import type { Plan } from '../plan/schema.ts';

/** Raised when an older reader would misunderstand a newer part. */
export const PART_FORMAT = 1;

/** Samples up to here are INT32 columns. */
export const MOST_INT32_SAMPLES = 2 ** 31;

/** Sample indices [start, end). */
export interface SampleRange {
  readonly start: number;
  readonly end: number;
}

/** Entries of the file's metadata. */
export const PART_KEYS = {
  format: 'spicelab.format',
  plan: 'spicelab.plan',
  engine: 'spicelab.engine',
  range: 'spicelab.range',
} as const;

/** Where the columns of a plan stand in a part, in this order: `sample`, variables, measurements, `status`, `message`. */
export interface PartLayout {
  /** Name in the plan, name in the file, and the labels of a categorical variable. */
  readonly variables: readonly PartColumn[];
  readonly measurements: readonly PartColumn[];
}

export interface PartColumn {
  readonly name: string;
  readonly column: string;
  readonly labels?: readonly string[] | undefined;
}

export const RESERVED_COLUMNS: readonly string[] = ['sample', 'status', 'message'];

const layouts = new WeakMap<Plan, PartLayout>();

/** Names in a file are unique: one that is taken (`status`, or by a variable) gets `_2` appended. */
export function partLayout(plan: Plan): PartLayout {
  const known = layouts.get(plan);
  if (known) return known;
  const taken = new Set(RESERVED_COLUMNS);
  const place = (name: string): string => {
    let column = name;
    for (let n = 2; taken.has(column); n++) column = `${name}_${n}`;
    taken.add(column);
    return column;
  };
  const layout: PartLayout = {
    variables: plan.variables.map(({ name, labels }) => ({ name, column: place(name), labels })),
    measurements: plan.measurements.map(({ name }) => ({ name, column: place(name) })),
  };
  layouts.set(plan, layout);
  return layout;
}

/** The Parquet schema of a part. */
export function partSchema(layout: PartLayout, sampleType: 'INT32' | 'INT64'): SchemaElement[] {
  const variables = layout.variables.map(({ column, labels }) =>
    labels ? text(column, 'REQUIRED') : number(column, 'DOUBLE'),
  );
  const measurements = layout.measurements.map(({ column }) => number(column, 'DOUBLE'));
  const columns = [
    number('sample', sampleType),
    ...variables,
    ...measurements,
    text('status', 'REQUIRED'),
    text('message', 'OPTIONAL'),
  ];
  return [{ name: 'root', num_children: columns.length }, ...columns];
}

function number(name: string, type: 'INT32' | 'INT64' | 'DOUBLE'): SchemaElement {
  return { name, type, repetition_type: 'REQUIRED' };
}

function text(name: string, repetition_type: 'REQUIRED' | 'OPTIONAL'): SchemaElement {
  return {
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    logical_type: { type: 'STRING' },
    repetition_type,
  };
}
