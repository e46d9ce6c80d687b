import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ExportColumn, ExportTable } from './table.ts';

const ROW_GROUP = 100_000;

/** One Parquet file, a row group per batch, in constant memory. */
export async function* parquet({ columns, batches }: ExportTable): AsyncIterable<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaElement)],
  });
  for await (const values of batches) {
    const columnData = columns.map(({ name, kind }, k) => ({
      name,
      data: kind === 'integer' ? Int32Array.from(values[k] as Float64Array) : values[k]!,
    }));
    await writer.write({ columnData: columnData as never, rowGroupSize: ROW_GROUP });
    yield drain(bytes);
  }
  await writer.finish();
  yield drain(bytes);
}

function schemaElement({ name, kind }: ExportColumn): SchemaElement {
  if (kind === 'text')
    return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };
  return { name, type: kind === 'integer' ? 'INT32' : 'DOUBLE', repetition_type: 'REQUIRED' };
}

/** What was written so far, copied; the writer goes on at the same offset of the file. */
function drain(bytes: ByteWriter): Uint8Array {
  const written = new Uint8Array(bytes.buffer, 0, bytes.index).slice();
  bytes.index = 0;
  return written;
}
