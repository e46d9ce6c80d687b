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

/** The last entry of the metadata: eight hex digits, the CRC-32 of the file with eight zeros in their place. */
const CHECKSUM_KEY = 'spicelab.crc32';
const NO_CHECKSUM = '00000000';
/** Between key and value stand a field header and the value's length. */
const CHECKSUM_GAP = 2;
const CREATED_BY = 'spicelab';

/** Parquet bytes, with a checksum over all of them. */
export function writeParquet({ schema, columns, rows, metadata }: ParquetContent): Uint8Array {
  const writer = new ByteWriter(1024 + 8 * rows * columns.length);
  const file = new ParquetWriter({
    writer,
    schema,
    codec: 'UNCOMPRESSED',
    statistics: false,
    createdBy: CREATED_BY,
    kvMetadata: Object.entries({ ...metadata, [CHECKSUM_KEY]: NO_CHECKSUM }).map(([key, value]) => ({
      key,
      value,
    })),
  });
  file.write({ columnData: columns, rowGroupSize: Math.max(rows, 1), pageSize: 2 ** 30 });
  file.finish();
  const bytes = writer.getBytes();
  const crc = crc32(bytes).toString(16).padStart(NO_CHECKSUM.length, '0');
  asBuffer(bytes).write(crc, checksumOffset(bytes), 'latin1');
  return bytes;
}

/** Where the digits stand, or -1. */
function checksumOffset(bytes: Uint8Array): number {
  const key = asBuffer(bytes).lastIndexOf(CHECKSUM_KEY);
  const offset = key + CHECKSUM_KEY.length + CHECKSUM_GAP;
  return key < 0 || offset + NO_CHECKSUM.length > bytes.length ? -1 : offset;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
  checkBytes(bytes, corrupt);
  const file = footer(bytes, corrupt);
  const metadata = new Map((file.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
  const tree = parquetSchema(file);
  const group = file.row_groups[0];
  const chunks = new Map(
    (group?.columns ?? []).map((chunk) => [chunk.meta_data?.path_in_schema[0], chunk.meta_data]),
  );
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
        const view = new DataView(
          bytes.buffer,
          bytes.byteOffset + start,
          Number(chunk.total_compressed_size),
        );
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

/** Before anything is parsed, so that no damage can lead a parser astray. */
function checkBytes(bytes: Uint8Array, corrupt: (why: string) => SpiceLabError): void {
  if (bytes.length < 12) throw corrupt(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== PARQUET_MAGIC) throw corrupt('it is not a Parquet file');
  if (view.getUint32(bytes.length - 4, true) !== PARQUET_MAGIC) throw corrupt('its end is missing');
  const offset = checksumOffset(bytes);
  if (offset < 0) throw corrupt('it was not written by spicelab');
  const digits = asBuffer(bytes).toString('latin1', offset, offset + NO_CHECKSUM.length);
  const tail = bytes.subarray(offset + NO_CHECKSUM.length);
  const crc = crc32(tail, crc32(NO_CHECKSUM, crc32(bytes.subarray(0, offset))));
  if (crc.toString(16).padStart(NO_CHECKSUM.length, '0') !== digits)
    throw corrupt('its checksum does not match its content');
}

function footer(bytes: Uint8Array, corrupt: (why: string, cause?: unknown) => SpiceLabError): FileMetaData {
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
