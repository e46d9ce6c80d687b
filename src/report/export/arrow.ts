import { float64, int32, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import type { ExportColumn, ExportTable, ExportValues } from './table.ts';

const TYPES = { integer: int32, number: float64, text: utf8 } as const;

/** An Arrow IPC file (Feather version 2). The format wants its batches counted first: all columns are held in memory. */
export async function* arrow({ columns, batches }: ExportTable): AsyncIterable<Uint8Array> {
  const gathered: ExportValues[][] = columns.map(() => []);
  for await (const values of batches) for (const [k, column] of values.entries()) gathered[k]!.push(column);
  const arrays = columns.map((column, k): [string, ExportValues] => [
    column.name,
    joined(column, gathered[k]!),
  ]);
  const types = Object.fromEntries(columns.map(({ name, kind }) => [name, TYPES[kind]()]));
  const bytes = tableToIPC(tableFromArrays(arrays as never, { types }), { format: 'file' });
  if (bytes) yield bytes;
}

function joined({ kind }: ExportColumn, pieces: readonly ExportValues[]): ExportValues {
  if (kind === 'text') return (pieces as (readonly (string | null)[])[]).flat();
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const whole = kind === 'integer' ? new Int32Array(length) : new Float64Array(length);
  let offset = 0;
  for (const piece of pieces as Float64Array[]) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
