import type { SchemaElement } from 'hyparquet';
import type { ColumnSource } from 'hyparquet-writer';
import { z } from 'zod';
import { SpiceLabError } from '../errors/index.ts';
import type { Waveform } from '../plan/table.ts';
import { type ParquetReader, readParquet, writeParquet } from './parquet.ts';
import { MOST_INT32_SAMPLES, PART_FORMAT, type SampleRange } from './part-layout.ts';

/** One saved analysis of one sample: real columns of equal length. */
export interface SampleWaveform {
  readonly sample: number;
  readonly analysis: string;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

const KEYS = { format: 'spicelab.format', plan: 'spicelab.plan', vectors: 'spicelab.vectors' } as const;
const namesSchema = z.record(z.string(), z.array(z.string()));
const RESERVED: readonly string[] = ['sample', 'analysis', 'point'];

/**
 * Waveforms as Parquet in long form: a row per point with `sample`, `analysis`, `point` (from 0) and one DOUBLE column per
 * vector (`time`, `frequency`, `v(out)`, `re(v(out))`), null where an analysis has no such vector. The same bytes for the
 * same arguments.
 */
export function encodeWaveforms(
  planId: string,
  range: SampleRange,
  waveforms: readonly Waveform[],
): Uint8Array {
  const pieces = waveforms.map((waveform) => ({ waveform, points: waveform.columns[0]?.length ?? 0 }));
  const rows = pieces.reduce((sum, { points }) => sum + points, 0);
  const wide = range.end > MOST_INT32_SAMPLES;
  const sample = wide ? new BigInt64Array(rows) : new Int32Array(rows);
  const point = new Int32Array(rows);
  const analysis = new Array<string>(rows);
  const vectors = new Map<string, (number | null)[]>();
  const namesOf: Record<string, string[]> = {};
  for (const { waveform } of pieces)
    for (const name of waveform.names) {
      if (!vectors.has(name)) vectors.set(name, new Array<number | null>(rows).fill(null));
      namesOf[waveform.analysis] ??= [];
      const names = namesOf[waveform.analysis]!;
      if (!names.includes(name)) names.push(name);
    }
  let row = 0;
  for (const { waveform, points } of pieces) {
    const index = range.start + waveform.row;
    for (let p = 0; p < points; p++) {
      sample[row + p] = wide ? BigInt(index) : index;
      point[row + p] = p;
      analysis[row + p] = waveform.analysis;
    }
    waveform.names.forEach((name, v) => {
      const target = vectors.get(name)!;
      const values = waveform.columns[v]!;
      for (let p = 0; p < points; p++) target[row + p] = values[p]!;
    });
    row += points;
  }
  const columns: ColumnSource[] = [
    { name: 'sample', data: sample },
    { name: 'analysis', data: analysis },
    { name: 'point', data: point, encoding: 'PLAIN' },
    ...Array.from(vectors, ([name, data]) => ({ name: columnName(name), data, encoding: 'PLAIN' as const })),
  ];
  return writeParquet({
    schema: waveformSchema([...vectors.keys()], wide ? 'INT64' : 'INT32'),
    columns,
    rows,
    metadata: {
      [KEYS.format]: String(PART_FORMAT),
      [KEYS.plan]: planId,
      [KEYS.vectors]: JSON.stringify(namesOf),
    },
  });
}

/**
 * Reads and verifies what `encodeWaveforms` wrote, in its order.
 * @throws SpiceLabError PART_CORRUPT for torn, changed or foreign bytes
 */
export function decodeWaveforms(bytes: Uint8Array): SampleWaveform[] {
  const file = readParquet(bytes, 'a waveform part');
  const namesOf = readNames(file);
  if (file.rows === 0) return [];
  const sample = file.read('sample') as ArrayLike<number | bigint>;
  const analysis = file.read('analysis');
  const point = file.read('point');
  const vectors = new Map(
    Array.from(namesOf, ([key, names]) => [
      key,
      names.map((name) => ({ name, values: file.read(columnName(name)) })),
    ]),
  );
  const waveforms: SampleWaveform[] = [];
  for (let start = 0, end = 1; start < file.rows; start = end, end++) {
    while (end < file.rows && point[end] !== 0) end++;
    const present = (vectors.get(String(analysis[start])) ?? []).filter(
      ({ values }) => values[start] !== null && values[start] !== undefined,
    );
    waveforms.push({
      sample: Number(sample[start]),
      analysis: String(analysis[start]),
      names: present.map(({ name }) => name),
      columns: present.map(({ values }) =>
        Float64Array.from({ length: end - start }, (_, p) => Number(values[start + p])),
      ),
    });
  }
  return waveforms;
}

/**
 * Verifies length, checksum and plan of what `encodeWaveforms` wrote, without decoding it.
 * @throws SpiceLabError PART_CORRUPT for torn, changed or foreign bytes
 */
export function checkWaveforms(bytes: Uint8Array, planId: string): void {
  const found = readParquet(bytes, 'a waveform part').metadata.get(KEYS.plan);
  if (found !== planId)
    throw new SpiceLabError('PART_CORRUPT', `a waveform part is corrupt: it belongs to the plan ${found}`, {
      remedy: 'Resume the run: its samples are simulated again.',
    });
}

function waveformSchema(names: readonly string[], sampleType: 'INT32' | 'INT64'): SchemaElement[] {
  const columns: SchemaElement[] = [
    { name: 'sample', type: sampleType, repetition_type: 'REQUIRED' },
    {
      name: 'analysis',
      type: 'BYTE_ARRAY',
      converted_type: 'UTF8',
      logical_type: { type: 'STRING' },
      repetition_type: 'REQUIRED',
    },
    { name: 'point', type: 'INT32', repetition_type: 'REQUIRED' },
    ...names.map(
      (name): SchemaElement => ({ name: columnName(name), type: 'DOUBLE', repetition_type: 'OPTIONAL' }),
    ),
  ];
  return [{ name: 'root', num_children: columns.length }, ...columns];
}

/** A vector that is called like one of the first three columns gets `_2` appended. */
function columnName(vector: string): string {
  return RESERVED.includes(vector) ? `${vector}_2` : vector;
}

/** Analysis -> its vectors in the order they were given. */
function readNames(file: ParquetReader): ReadonlyMap<string, readonly string[]> {
  try {
    const names = namesSchema.parse(JSON.parse(file.metadata.get(KEYS.vectors) ?? ''));
    return new Map(Object.entries(names));
  } catch {
    // falls through to the error below: what is not JSON is not ours
  }
  throw new SpiceLabError(
    'PART_CORRUPT',
    'a waveform part is corrupt: it does not say which vectors it holds',
    {
      remedy: 'Delete it and resume the run: its samples are simulated again.',
    },
  );
}
