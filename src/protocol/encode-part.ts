import type { ColumnSource } from 'hyparquet-writer';
import type { EngineIdentity } from '../engine.ts';
import { SpiceLabError } from '../errors/index.ts';
import type { Plan } from '../plan/schema.ts';
import { type Batch, OK, STATUSES, type Table } from '../plan/table.ts';
import { writeParquet } from './parquet.ts';
import {
  MOST_INT32_SAMPLES,
  PART_FORMAT,
  PART_KEYS,
  type PartColumn,
  partLayout,
  partSchema,
  type SampleRange,
} from './part-layout.ts';

/**
 * A table as Parquet: `sample`, the variables (DOUBLE, or STRING labels), the measurements (DOUBLE, NaN without a value),
 * `status`, `message` (null for an ok row). The same bytes for the same arguments.
 * @throws SpiceLabError INTERNAL when batch, table and chunk do not belong together.
 */
export function encodePart(
  plan: Plan,
  planId: string,
  engine: EngineIdentity,
  range: SampleRange,
  batch: Batch,
  table: Table,
): Uint8Array {
  checkShapes(plan, engine, range, batch, table);
  const layout = partLayout(plan);
  const wide = range.end > MOST_INT32_SAMPLES;
  const columns: ColumnSource[] = [
    wide
      ? plain('sample', BigInt64Array.from(batch.samples, BigInt))
      : plain('sample', Int32Array.from(batch.samples)),
    ...layout.variables.map((variable, index) => variableColumn(plan, variable, index, batch)),
    ...layout.measurements.map(({ column }, index) => plain(column, table.columns[index]!)),
    { name: 'status', data: Array.from(table.status, (code) => STATUSES[code]!) },
    { name: 'message', data: messageColumn(table), encoding: 'PLAIN' },
  ];
  return writeParquet({
    schema: partSchema(layout, wide ? 'INT64' : 'INT32'),
    columns,
    rows: batch.rows,
    metadata: {
      [PART_KEYS.format]: String(PART_FORMAT),
      [PART_KEYS.plan]: planId,
      [PART_KEYS.engine]: `${engine.name} ${engine.version}`,
      [PART_KEYS.range]: `${range.start}..${range.end}`,
    },
  });
}

function plain(name: string, data: ColumnSource['data']): ColumnSource {
  return { name, data, encoding: 'PLAIN' };
}

function variableColumn(plan: Plan, variable: PartColumn, index: number, batch: Batch): ColumnSource {
  const width = plan.variables.length;
  const { labels } = variable;
  if (labels) {
    const data = Array.from({ length: batch.rows }, (_, row) => {
      const label = labels[batch.values[row * width + index]!];
      if (label === undefined) throw internal(`variable '${variable.name}' has a value that is no label`);
      return label;
    });
    return { name: variable.column, data };
  }
  const data = new Float64Array(batch.rows);
  for (let row = 0, at = index; row < batch.rows; row++, at += width) data[row] = batch.values[at]!;
  return plain(variable.column, data);
}

function messageColumn(table: Table): (string | null)[] {
  const data = new Array<string | null>(table.rows).fill(null);
  for (const [row, message] of table.messages)
    if (row < table.rows && table.status[row] !== OK) data[row] = message;
  return data;
}

function checkShapes(
  plan: Plan,
  engine: EngineIdentity,
  range: SampleRange,
  batch: Batch,
  table: Table,
): void {
  const rows = range.end - range.start;
  if (batch.rows !== rows || batch.samples.length !== rows || batch.samples[0] !== range.start)
    throw internal(`samples ${range.start}..${range.end} with a batch of ${batch.rows} rows`);
  if (table.rows !== rows || table.status.length !== rows)
    throw internal(`engine ${engine.name} answered ${rows} rows with ${table.rows}`);
  if (
    table.columns.length !== plan.measurements.length ||
    table.columns.some((column) => column.length !== rows)
  )
    throw internal(`engine ${engine.name} answered with columns that are not those of the plan`);
  if (table.status.some((code) => code >= STATUSES.length))
    throw internal(`engine ${engine.name} answered with a status that does not exist`);
}

function internal(why: string): SpiceLabError {
  return new SpiceLabError('INTERNAL', why);
}
