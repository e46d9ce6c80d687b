import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportTable, exportTable, sampleTable, waveformTable } from '../../src/report/export/index.ts';
import type { Results } from '../../src/run/results.ts';
import { simulate } from '../../src/simulate/index.ts';
import { study } from '../../src/study/index.ts';
import { PYTHON, python } from './python.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const FORMATS = ['parquet', 'arrow', 'csv'] as const;

/** Columns by name; a number as the hexadecimal digits of its double, so that nothing is lost on the way. */
type Bits = Record<string, (string | null)[]>;

/** Prints any data frame so. */
const PRELUDE = `
import json, math, struct
import duckdb, pandas as pd, pyarrow as pa, pyarrow.csv, pyarrow.feather, pyarrow.parquet
# the default of pandas 3 and later
EXACT = {'float_precision': 'round_trip'} if int(pd.__version__.split('.')[0]) < 3 else {}
def bits(value):
    if value is None or value is pd.NA: return None
    if isinstance(value, str): return value
    return None if math.isnan(value) else struct.pack('>d', float(value)).hex()
def tell(table):
    print(json.dumps({name: [bits(value) for value in values] for name, values in table.to_pydict().items()}))
`;

/** A table of pyarrow, read from FILE by each reader in each format. */
const READERS: Readonly<Record<string, Readonly<Record<(typeof FORMATS)[number], string>>>> = {
  DuckDB: {
    parquet: `duckdb.sql("from 'FILE'").to_arrow_table()`,
    arrow: `(lambda rows: duckdb.sql("from rows").to_arrow_table())(pa.feather.read_table('FILE'))`,
    csv: `duckdb.sql("from read_csv('FILE', header = true, all_varchar = false)").to_arrow_table()`,
  },
  pandas: {
    parquet: `pa.Table.from_pandas(pd.read_parquet('FILE'))`,
    arrow: `pa.Table.from_pandas(pd.read_feather('FILE'))`,
    csv: `pa.Table.from_pandas(pd.read_csv('FILE', **EXACT))`,
  },
  pyarrow: {
    parquet: `pa.parquet.read_table('FILE')`,
    arrow: `pa.feather.read_table('FILE')`,
    csv: `pa.csv.read_csv('FILE', convert_options=pa.csv.ConvertOptions(strings_can_be_null=True))`,
  },
};

const view = new DataView(new ArrayBuffer(8));
function bitsOf(value: number | string | null): string | null {
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) return null;
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

async function ours({ columns, batches }: ExportTable): Promise<Bits> {
  const bits: Bits = Object.fromEntries(columns.map(({ name }) => [name, []]));
  for await (const values of batches)
    for (const [k, { name }] of columns.entries())
      for (const value of values[k]!) bits[name]!.push(bitsOf(value));
  return bits;
}

describe.skipIf(!PYTHON)('exports of a run', () => {
  let folder = '';
  let results: Results;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spicelab-readers-'));
    const asked = study(
      {
        deck: 'rc-lowpass.cir',
        vary: { R1: 'discrete(1k:0.8, 10meg:0.2)', C1: 'normal(5%)' },
        corners: ['cold: temp=-40', 'hot: temp=125'],
        measure: { bw: 'when(vdb(out), -3)', low: 'at(vdb(out), 10)' },
        save: ['v(out)'],
        samples: 20,
      },
      EXAMPLES,
    );
    ({ results } = await simulate(asked, { engine: 'wasm', workers: 1, chunk: 7, out: join(folder, 'run') }));
    for (const format of FORMATS)
      for (const [name, table] of [
        ['samples', sampleTable(results)],
        ['waveforms', waveformTable(results)],
      ] as const) {
        const pieces: Uint8Array[] = [];
        for await (const piece of exportTable(table, format)) pieces.push(piece);
        await writeFile(join(folder, `${name}.${format}`), Buffer.concat(pieces));
      }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('hold something to lose: missing values, messages, labels, many digits', async () => {
    const bits = await ours(sampleTable(results));
    expect(bits['sample']).toHaveLength(40);
    expect(new Set(bits['corner'])).toEqual(new Set(['cold', 'hot']));
    expect(bits['bw']).toContain(null);
    expect(bits['message']!.some((message) => message?.includes('never crosses'))).toBe(true);
  });

  for (const [reader, expressions] of Object.entries(READERS))
    for (const format of FORMATS)
      it(`${reader} reads ${format} to the last bit`, async () => {
        for (const [name, table] of [
          ['samples', sampleTable(results)],
          ['waveforms', waveformTable(results)],
        ] as const) {
          const expression = expressions[format].replace('FILE', `${name}.${format}`);
          expect(python(`${PRELUDE}\ntell(${expression})`, folder)).toEqual(await ours(table));
        }
      });

  it("the run's own parts and waveforms are read in place, and hold the same", async () => {
    const { message: _, ...samples } = await ours(sampleTable(results));
    const names = Object.keys(samples).map((name) => `"${name}"`);
    const read = `duckdb.sql("""select ${names} from 'run/parts/*.parquet' order by sample""").to_arrow_table()`;
    expect(python(`${PRELUDE}\ntell(${read})`, folder)).toEqual(samples);
    const points = await ours(waveformTable(results));
    const curves = `duckdb.sql("""select sample, analysis, frequency as scale, "re(v(out))", "im(v(out))"
      from 'run/waveforms/*.parquet' order by sample, point""").to_arrow_table()`;
    expect(python(`${PRELUDE}\ntell(${curves})`, folder)).toEqual(points);
  });
});
