import type { EngineIdentity } from '../engine.ts';
import { SpiceLabError } from '../errors/index.ts';
import type { Plan } from '../plan/schema.ts';
import { OK, STATUSES } from '../plan/table.ts';
import { type ParquetReader, readParquet } from './parquet.ts';
import { PART_FORMAT, PART_KEYS, type PartColumn, partLayout, type SampleRange } from './part-layout.ts';

/** A part as numbers: one typed array per column, row r is sample `range.start + r`. */
export interface DecodedPart {
  readonly rows: number;
  readonly samples: Float64Array;
  /** `STATUSES` codes. */
  readonly status: Uint8Array;
  /** Row -> why it is not ok. */
  readonly messages: ReadonlyMap<number, string>;
  /** By name in the plan; a categorical variable as the index of its label. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly engine: EngineIdentity;
  readonly planId: string;
  readonly range: SampleRange;
}

const STATUS_CODES: ReadonlyMap<unknown, number> = new Map(STATUSES.map((status, code) => [status, code]));

/**
 * Reads and verifies a part of `plan`.
 * @param names variables and measurements to read; all when absent
 * @throws SpiceLabError PART_CORRUPT for bytes that are torn, changed, or no part of this plan; OPTION_INVALID for an unknown name
 */
export function decodePart(bytes: Uint8Array, plan: Plan, names?: readonly string[]): DecodedPart {
  const file = readParquet(bytes, 'a part');
  const format = file.metadata.get(PART_KEYS.format);
  if (format !== String(PART_FORMAT))
    throw corrupt(`its format is ${format ?? 'missing'}, this release reads ${PART_FORMAT}`);
  const range = readRange(file);
  const engine = readEngine(file);
  const planId = file.metadata.get(PART_KEYS.plan) ?? '';
  const layout = partLayout(plan);
  checkColumns(file, [...layout.variables, ...layout.measurements]);
  const samples = readSamples(file, range);
  const status = readStatus(file);
  const columns = new Map<string, Float64Array>();
  for (const column of wantedColumns([...layout.variables, ...layout.measurements], names))
    columns.set(column.name, readNumbers(file, column));
  return {
    rows: file.rows,
    samples,
    status,
    messages: readMessages(file, status),
    columns,
    engine,
    planId,
    range,
  };
}

function readRange(file: ParquetReader): SampleRange {
  const match = /^(\d+)\.\.(\d+)$/.exec(file.metadata.get(PART_KEYS.range) ?? '');
  if (!match) throw corrupt('it does not say which samples it holds');
  const range = { start: Number(match[1]), end: Number(match[2]) };
  if (range.end - range.start !== file.rows)
    throw corrupt(`it holds ${file.rows} rows and names samples ${range.start}..${range.end}`);
  return range;
}

function readEngine(file: ParquetReader): EngineIdentity {
  const text = file.metadata.get(PART_KEYS.engine) ?? '';
  const cut = text.indexOf(' ');
  if (cut < 1) throw corrupt('it does not say which engine made it');
  return { name: text.slice(0, cut), version: text.slice(cut + 1) };
}

function checkColumns(file: ParquetReader, columns: readonly PartColumn[]): void {
  for (const { column, labels } of columns) {
    const type = file.columns.get(column)?.type;
    const expected = labels ? 'BYTE_ARRAY' : 'DOUBLE';
    if (type !== expected)
      throw corrupt(
        `column '${column}' of the plan is ${type ? `of type ${type}` : 'missing'}: it is of another plan`,
      );
  }
}

function readSamples(file: ParquetReader, { start }: SampleRange): Float64Array {
  const samples = Float64Array.from(file.read('sample') as ArrayLike<number | bigint>, Number);
  for (let row = 0; row < samples.length; row++)
    if (samples[row] !== start + row) throw corrupt(`row ${row} is not sample ${start + row}`);
  return samples;
}

function readStatus(file: ParquetReader): Uint8Array {
  const words = file.read('status');
  const status = new Uint8Array(words.length);
  for (let row = 0; row < words.length; row++) {
    const code = STATUS_CODES.get(words[row]);
    if (code === undefined) throw corrupt(`row ${row} has the unknown status '${String(words[row])}'`);
    status[row] = code;
  }
  return status;
}

function readMessages(file: ParquetReader, status: Uint8Array): ReadonlyMap<number, string> {
  const messages = new Map<number, string>();
  if (status.every((code) => code === OK)) return messages;
  const texts = file.read('message');
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row];
    if (typeof text === 'string') messages.set(row, text);
  }
  return messages;
}

function readNumbers(file: ParquetReader, { column, labels }: PartColumn): Float64Array {
  const values = file.read(column);
  if (!labels)
    return values instanceof Float64Array ? values : Float64Array.from(values as ArrayLike<number>);
  const indices = new Map<unknown, number>(labels.map((label, index) => [label, index]));
  return Float64Array.from(values, (label) => {
    const index = indices.get(label);
    if (index === undefined) throw corrupt(`column '${column}' has the unknown label '${String(label)}'`);
    return index;
  });
}

function wantedColumns(
  all: readonly PartColumn[],
  names: readonly string[] | undefined,
): readonly PartColumn[] {
  if (!names) return all;
  return names.map((name) => {
    const column = all.find((candidate) => candidate.name === name);
    if (!column)
      throw new SpiceLabError('OPTION_INVALID', `there is no column '${name}'`, {
        remedy: `The columns are ${all.map((candidate) => candidate.name).join(', ')}.`,
      });
    return column;
  });
}

function corrupt(why: string): SpiceLabError {
  return new SpiceLabError('PART_CORRUPT', `a part is corrupt: ${why}`, {
    remedy: 'Delete it and resume the run: its samples are simulated again.',
  });
}
