import { stringify } from 'csv-stringify/sync';
import type { ExportTable } from './table.ts';

const encoder = new TextEncoder();

/** RFC 4180, a heading line first; numbers with all their digits, nothing where there is no value. */
export async function* csv({ columns, batches }: ExportTable): AsyncIterable<Uint8Array> {
  yield encoder.encode(stringify([columns.map(({ name }) => name)]));
  for await (const values of batches) {
    const rows = Array.from({ length: values[0]!.length }, (_, row) =>
      values.map((column) => plain(column[row]!)),
    );
    yield encoder.encode(stringify(rows));
  }
}

/** One array of objects, a line each; `null` where there is no value. */
export async function* json({ columns, batches }: ExportTable): AsyncIterable<Uint8Array> {
  let separator = '[\n';
  for await (const values of batches) {
    const lines: string[] = [];
    for (let row = 0; row < values[0]!.length; row++) {
      const entries = columns.map(({ name }, k): [string, number | string | null] => [
        name,
        plain(values[k]![row]!),
      ]);
      lines.push(separator + JSON.stringify(Object.fromEntries(entries)));
      separator = ',\n';
    }
    yield encoder.encode(lines.join(''));
  }
  yield encoder.encode(separator === '[\n' ? '[]\n' : '\n]\n');
}

const plain = (value: number | string | null): number | string | null =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;
