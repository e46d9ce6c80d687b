import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSampler } from '../../src/plan/sampler.ts';
import { statusCode, type Table } from '../../src/plan/table.ts';
import { encodePart, encodeWaveforms } from '../../src/protocol/index.ts';
import { sketchPlan } from '../sketch-plan.ts';
import { PYTHON, python as pythonIn } from './python.ts';

const folder = mkdtempSync(join(tmpdir(), 'spicelab-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a Python program that sees `folder` prints as JSON. */
const python = (program: string): unknown =>
  pythonIn(`import json\nfolder = ${JSON.stringify(folder)}\n${program}`, folder);

const plan = sketchPlan({ variables: ['xm1.vth'], measure: { bw: '$0' } });
const RANGES = [
  { start: 0, end: 1 },
  { start: 1, end: 1000 },
  { start: 1000, end: 1003 },
];

function writeParts(): void {
  for (const range of RANGES) {
    const batch = createSampler(plan).batch(range.start, range.end);
    const table: Table = {
      rows: batch.rows,
      columns: [batch.samples],
      status: new Uint8Array(batch.rows),
      messages: new Map([[0, 'never fired °']]),
      waveforms: [],
    };
    if (range.start > 0) table.status[0] = statusCode('measurement');
    const bytes = encodePart(plan, 'p', { name: 'formula', version: '1' }, range, batch, table);
    writeFileSync(join(folder, `part-${range.start}.parquet`), bytes);
  }
}

describe.skipIf(!PYTHON)('parts and waveforms', () => {
  it('are one table for DuckDB, whatever their length', () => {
    writeParts();
    const found = python(`
import duckdb
rows = duckdb.sql(f"""select count(*), sum(sample)::int, sum(bw), count(distinct status), max(message),
  sum("xm1.vth" * 0) from '{folder}/part-*.parquet'""").fetchall()
print(json.dumps(rows[0]))`);
    expect(found).toEqual([1003, (1002 * 1003) / 2, (1002 * 1003) / 2, 2, 'never fired °', 0]);
  });

  it('are one data set for pyarrow and pandas, with the types that were promised', () => {
    writeParts();
    const found = python(`
import pyarrow.dataset as ds, glob
table = ds.dataset(sorted(glob.glob(folder + '/part-*.parquet'))).to_table()
frame = table.to_pandas()
types = {name: str(table.schema.field(name).type) for name in table.schema.names}
print(json.dumps([types, len(frame), int((frame.status != 'ok').sum())]))`);
    const types = { sample: 'int32', 'xm1.vth': 'double', bw: 'double', status: 'string', message: 'string' };
    expect(found).toEqual([types, 1003, 2]);
  });

  it('waveforms are a long table with nulls where an analysis has no such vector', () => {
    const bytes = encodeWaveforms('p', { start: 10, end: 12 }, [
      {
        row: 0,
        analysis: 'tran',
        names: ['time', 'v(out)'],
        columns: [Float64Array.of(0, 1), Float64Array.of(5, 6)],
      },
      {
        row: 1,
        analysis: 'ac',
        names: ['frequency', 're(v(out))'],
        columns: [Float64Array.of(1), Float64Array.of(7)],
      },
    ]);
    writeFileSync(join(folder, 'waves.parquet'), bytes);
    const found = python(`
import duckdb
rows = duckdb.sql(f"""select sample, analysis, point, "time", "v(out)", frequency, "re(v(out))"
  from '{folder}/waves.parquet' order by sample, point""").fetchall()
print(json.dumps(rows))`);
    expect(found).toEqual([
      [10, 'tran', 0, 0, 5, null, null],
      [10, 'tran', 1, 1, 6, null, null],
      [11, 'ac', 0, null, null, 1, 7],
    ]);
  });
});
