import { tableFromIPC } from '@uwdata/flechette';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { fakeResults } from '../../../test/fakes/results.ts';
import { statusCode } from '../../plan/table.ts';
import { readRaw } from '../../waveform/index.ts';
import { exportTable, sampleTable, waveformTable } from './index.ts';
import { rawWaveforms } from './raw.ts';

const results = fakeResults({
  plan: {
    variables: [
      { name: 'corner', unit: '', nominal: 0, labels: ['tt', 'ff, hot'], source: { kind: 'axis', axis: 0 } },
      {
        name: 'R1',
        unit: 'Ω',
        nominal: 1000,
        source: { kind: 'random', distribution: { kind: 'normal', mean: 1000, sigma: 10 } },
      },
    ],
    axes: [{ name: 'corner', length: 2, columns: [{ variable: 0, values: [0, 1] }] }],
    waveforms: [{ analysis: 'ac', vectors: ['v(out)'] }],
    analyses: [{ name: 'ac', kind: 'ac', command: 'ac dec 1 1 10', vectors: ['v(out)'] }],
  },
  columns: { corner: [0, 1, 0], R1: [1000.125, 990, 0.1 + 0.2], bw: [1591.5, Number.NaN, 1e-300] },
  status: [0, statusCode('convergence'), 0],
  messages: new Map([[1, 'no "operating point", it says']]),
  waveforms: [
    {
      sample: 2,
      analysis: 'ac',
      names: ['frequency', 're(v(out))', 'im(v(out))'],
      columns: [Float64Array.of(1, 10), Float64Array.of(1, 0.5), Float64Array.of(0, -0.5)],
    },
  ],
  batchRows: [2, 1],
});

async function bytesOf(format: string, table = sampleTable(results)): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportTable(table, format)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const EXPECTED = [
  { sample: 0, corner: 'tt', R1: 1000.125, bw: 1591.5, status: 'ok', message: null },
  {
    sample: 1,
    corner: 'ff, hot',
    R1: 990,
    bw: null,
    status: 'convergence',
    message: 'no "operating point", it says',
  },
  { sample: 2, corner: 'tt', R1: 0.1 + 0.2, bw: 1e-300, status: 'ok', message: null },
];
const withoutNaN = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      Number.isNaN(value) || value === undefined ? null : value,
    ]),
  );

describe('export', () => {
  it('CSV keeps every digit, quotes what needs it and leaves missing values empty', async () => {
    const rows = parse(Buffer.from(await bytesOf('csv')), { columns: true }) as Record<string, string>[];
    const typed = rows.map((row) => ({
      ...row,
      sample: Number(row['sample']),
      R1: Number(row['R1']),
      bw: row['bw'] === '' ? null : Number(row['bw']),
      message: row['message'] || null,
    }));
    expect(typed).toEqual(EXPECTED);
  });

  it('JSON is one valid array', async () => {
    expect(JSON.parse(Buffer.from(await bytesOf('json')).toString())).toEqual(EXPECTED);
  });

  it('Parquet holds the same rows over several row groups', async () => {
    const bytes = await bytesOf('parquet');
    const rows = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    });
    expect(rows.map(withoutNaN)).toEqual(EXPECTED);
  });

  it('Arrow holds the same rows', async () => {
    const table = tableFromIPC(await bytesOf('arrow'));
    expect(table.toArray().map((row) => withoutNaN({ ...(row as object) }))).toEqual(EXPECTED);
  });

  it('waveforms come in long form with complex vectors split', async () => {
    const rows = JSON.parse(Buffer.from(await bytesOf('json', waveformTable(results))).toString());
    expect(rows).toEqual([
      { sample: 2, analysis: 'ac', scale: 1, 're(v(out))': 1, 'im(v(out))': 0 },
      { sample: 2, analysis: 'ac', scale: 10, 're(v(out))': 0.5, 'im(v(out))': -0.5 },
    ]);
  });

  it('waveforms as a raw file are complex again, a plot per sample', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of rawWaveforms(results)) pieces.push(piece);
    const [plot, ...others] = readRaw(Buffer.concat(pieces));
    expect(others).toEqual([]);
    expect(plot!.title).toContain('sample 2');
    expect(plot!.variables.map(({ name }) => name)).toEqual(['frequency', 'v(out)']);
    expect([...plot!.variables[1]!.vector.im!]).toEqual([0, -0.5]);
  });

  it('an unknown format is refused with the nearest name', () => {
    expect(() => exportTable(sampleTable(results), 'parket')).toThrow(/no export format "parket"/);
  });
});
