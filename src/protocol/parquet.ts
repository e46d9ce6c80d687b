import { crc32 } from 'node:zlib';
import { type FileMetaData, parquetMetadata, parquetSchema, type SchemaElement } from 'hyparquet';
import { readColumn } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { SpiceLabError } from '../errors/index.ts';

/** Files of SpiceLab hold one row group of uncompressed pages: the same bytes for the same content, read without copies. */
export interface ParquetContent {
  readonly schema: SchemaElement[];
  readonly columns: ColumnSource[];
  readonly rows: number;
  readonly metadata: Readonly<Record<string, string>>;
}

const CHECKSUM_KEY = 'spicelab.crc32';
const CREATED_BY = 'spicelab';

/** Parquet bytes; the pages are covered by a CRC-32 among the metadata. */
export function writeParquet({ schema, columns, rows, metadata }: ParquetContent): Uint8Array {
  const writer = new ByteWriter(1024 + 8 * rows * columns.length);
  const file = new ParquetWriter({
    writer,
    schema,
    codec: 'UNCOMPRESSED',
    statistics: false,
    createdBy: CREATED_BY,
  });
  file.write({ columnData: columns, rowGroupSize: Math.max(rows, 1), pageSize: 2 ** 30 });
  const crc = crc32(writer.getBytes()).toString(16);
  file.kvMetadata = Object.entries({ ...metadata, [CHECKSUM_KEY]: crc }).map(([key, value]) => ({
    key,
    value,
  }));
  file.finish();
  return writer.getBytes();
}

/** An opened file: its metadata and, on demand, its columns. */
export interface ParquetReader {
  readonly rows: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly columns: ReadonlyMap<string, SchemaElement>;
  /** Typed arrays for numbers, strings and nulls otherwise. @throws SpiceLabError PART_CORRUPT */
  read(column: string): ArrayLike<unknown>;
}

/**
 * Opens bytes of `writeParquet`.
 * @throws SpiceLabError PART_CORRUPT for torn, changed or foreign bytes; `what` names them in the message.
 */
export function readParquet(bytes: Uint8Array, what: string): ParquetReader {
  const corrupt = (why: string, cause?: unknown): SpiceLabError =>
    new SpiceLabError('PART_CORRUPT', `${what} is corrupt: ${why}`, {
      cause,
      remedy: 'Delete it and resume the run: its samples are simulated again.',
    });
  const file = footer(bytes, corrupt);
  const metadata = new Map((file.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
  const pages = bytes.subarray(0, bytes.length - 8 - file.metadata_length);
  const crc = metadata.get(CHECKSUM_KEY);
  if (crc === undefined) throw corrupt('it was not written by spicelab');
  if (crc32(pages).toString(16) !== crc) throw corrupt('its checksum does not match its content');
  const tree = parquetSchema(file);
  const group = file.row_groups[0];
  const chunks = new Map(
    (group?.columns ?? []).map((chunk) => [chunk.meta_data?.path_in_schema[0], chunk.meta_data]),
  );
  const buffer = pages.buffer;
  return {
    rows: Number(file.num_rows),
    metadata,
    columns: new Map(tree.children.map(({ element }) => [element.name, element])),
    read(column) {
      const chunk = chunks.get(column);
      const node = tree.children.find((child) => child.element.name === column);
      if (!chunk || !node) throw corrupt(`it has no column '${column}'`);
      const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
      try {
        const view = new DataView(buffer, pages.byteOffset + start, Number(chunk.total_compressed_size));
        const rows = Number(file.num_rows);
        const decoder = {
          ...chunk,
          pathInSchema: chunk.path_in_schema,
          element: node.element,
          schemaPath: [tree, node],
          parsers: DEFAULT_PARSERS,
        };
        const select = { groupStart: 0, groupRows: rows, selectStart: 0, selectEnd: rows };
        const { data } = readColumn({ view, offset: 0 }, select, decoder);
        const values = data.length === 1 ? data[0]! : data.flatMap((page) => Array.from(page));
        if (values.length !== rows) throw new Error(`${values.length} values for ${rows} rows`);
        return values;
      } catch (cause) {
        throw corrupt(`column '${column}': ${cause instanceof Error ? cause.message : String(cause)}`, cause);
      }
    },
  };
}

function footer(bytes: Uint8Array, corrupt: (why: string, cause?: unknown) => SpiceLabError): FileMetaData {
  if (bytes.length < 12) throw corrupt(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== PARQUET_MAGIC) throw corrupt('it is not a Parquet file');
  if (view.getUint32(bytes.length - 4, true) !== PARQUET_MAGIC) throw corrupt('its end is missing');
  try {
    return parquetMetadata(bytes, { geoparquet: false });
  } catch (cause) {
    throw corrupt(
      `its footer cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}

/** `PAR1`, little-endian. */
const PARQUET_MAGIC = 0x31524150;
