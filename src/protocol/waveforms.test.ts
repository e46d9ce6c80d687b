import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Waveform } from '../plan/table.ts';
import { readParquet } from './parquet.ts';
import { decodeWaveforms, encodeWaveforms } from './waveforms.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  ac: ['frequency', 're(v(out))', 'im(v(out))'],
  tran: ['time', 'v(out)', 'sample'],
  op: ['v(out)'],
};

const waveforms = (start: number): fc.Arbitrary<Waveform[]> =>
  fc
    .array(
      fc.record({ analysis: fc.constantFrom(...Object.keys(NAMES)), points: fc.integer({ min: 1, max: 9 }) }),
      {
        maxLength: 8,
      },
    )
    .chain((shapes) =>
      fc.tuple(
        ...shapes.map(({ analysis, points }, row) =>
          fc
            .array(fc.array(fc.double(), { minLength: points, maxLength: points }), {
              minLength: NAMES[analysis]!.length,
              maxLength: NAMES[analysis]!.length,
            })
            .map((columns) => ({
              row: start + row,
              analysis,
              names: NAMES[analysis]!,
              columns: columns.map((column) => Float64Array.from(column)),
            })),
        ),
      ),
    );

describe('waveforms', () => {
  it('come back as they were, analyses with different vectors in one file', () => {
    fc.assert(
      fc.property(waveforms(0), (given) => {
        const decoded = decodeWaveforms(encodeWaveforms('p', { start: 100, end: 200 }, given));
        expect(decoded).toEqual(
          given.map(({ row, analysis, names, columns }) => ({ sample: 100 + row, analysis, names, columns })),
        );
      }),
    );
  });

  it('stand in long form: a row per point, a column per vector', () => {
    const waveform = {
      row: 3,
      analysis: 'tran',
      names: ['time', 'v(out)'],
      columns: [Float64Array.of(0, 1), Float64Array.of(5, 6)],
    };
    const file = readParquet(encodeWaveforms('p', { start: 0, end: 4 }, [waveform]), 'it');
    expect([...file.columns.keys()]).toEqual(['sample', 'analysis', 'point', 'time', 'v(out)']);
    expect(Array.from(file.read('sample'))).toEqual([3, 3]);
    expect(Array.from(file.read('point'))).toEqual([0, 1]);
    expect(Array.from(file.read('v(out)'))).toEqual([5, 6]);
  });

  it('are refused when they are cut off', () => {
    const bytes = encodeWaveforms('p', { start: 0, end: 1 }, []);
    expect(() => decodeWaveforms(bytes.subarray(0, bytes.length - 9))).toThrow(/corrupt/);
  });
});
