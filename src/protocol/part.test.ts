import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { type Plan, planSchema } from '../plan/schema.ts';
import { type Batch, STATUSES, statusCode, type Table } from '../plan/table.ts';
import { decodePart } from './decode-part.ts';
import { encodePart } from './encode-part.ts';
import { readParquet } from './parquet.ts';

const ENGINE = { name: 'formula', version: '1.2 beta' };

function planOf(variables: readonly string[], measurements: readonly string[]): Plan {
  return planSchema.parse({
    format: 1,
    title: '',
    circuits: [{ label: '', text: '', slots: [], sources: [], origins: [] }],
    variables: variables.map((name) => ({
      name,
      unit: '',
      nominal: 0,
      labels: name.startsWith('corner') ? ['tt', 'ff', 'ß'] : undefined,
      source: { kind: 'random', distribution: { kind: 'uniform', low: 0, high: 1 } },
    })),
    axes: [],
    sampling: { method: 'random', seed: 1 },
    correlations: [],
    assignments: [],
    analyses: [],
    measurements: measurements.map((name) => ({
      name,
      unit: '',
      source: { kind: 'scalars', expression: '1' },
    })),
    specs: [],
    waveforms: [],
  });
}

const plan = planOf(['xm1.mis_vth', 'corner'], ['bw', 'gain (dB)']);

interface Content {
  readonly start: number;
  readonly rows: readonly {
    readonly value: number;
    readonly corner: number;
    readonly bw: number;
    readonly gain: number;
    readonly status: number;
    readonly message: string;
  }[];
}

function tablesOf({ start, rows }: Content): { batch: Batch; table: Table } {
  return {
    batch: {
      rows: rows.length,
      samples: Float64Array.from(rows, (_, row) => start + row),
      circuits: new Uint16Array(rows.length),
      values: Float64Array.from(rows.flatMap(({ value, corner }) => [value, corner])),
    },
    table: {
      rows: rows.length,
      columns: [Float64Array.from(rows, ({ bw }) => bw), Float64Array.from(rows, ({ gain }) => gain)],
      status: Uint8Array.from(rows, ({ status }) => status),
      messages: new Map(rows.flatMap(({ status, message }, row) => (status === 0 ? [] : [[row, message]]))),
      waveforms: [],
    },
  };
}

function encode(content: Content): Uint8Array {
  const { batch, table } = tablesOf(content);
  const range = { start: content.start, end: content.start + content.rows.length };
  return encodePart(plan, 'abc', ENGINE, range, batch, table);
}

const row = fc.record({
  value: fc.double(),
  corner: fc.nat(2),
  bw: fc.double(),
  gain: fc.double(),
  status: fc.nat(STATUSES.length - 1),
  message: fc.string({ unit: 'grapheme' }),
});
const content = fc.record({
  start: fc.oneof(fc.nat(1000), fc.constant(2 ** 31 - 2), fc.integer({ min: 2 ** 31, max: 2 ** 40 })),
  rows: fc.array(row, { minLength: 1, maxLength: 40 }),
});
const SMALL: Content = {
  start: 7,
  rows: [
    {
      value: 1,
      corner: 2,
      bw: Number.NaN,
      gain: 3,
      status: statusCode('measurement'),
      message: 'bw never fired',
    },
    { value: 2, corner: 0, bw: 5, gain: -0, status: 0, message: '' },
  ],
};

function codeThrown(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (thrown) {
    return thrown instanceof SpiceLabError ? thrown.code : String(thrown);
  }
}

describe('part', () => {
  it('gives back every bit of what was put in', () => {
    fc.assert(
      fc.property(content, (given) => {
        const { batch, table } = tablesOf(given);
        const part = decodePart(encode(given), plan);
        const { start, rows } = given;
        expect(part.rows).toBe(rows.length);
        expect(part.samples).toEqual(batch.samples);
        expect(part.status).toEqual(table.status);
        expect(part.messages).toEqual(table.messages);
        expect(part.columns.get('xm1.mis_vth')).toEqual(Float64Array.from(rows, ({ value }) => value));
        expect(part.columns.get('corner')).toEqual(Float64Array.from(rows, ({ corner }) => corner));
        expect(part.columns.get('bw')).toEqual(table.columns[0]);
        expect(part.columns.get('gain (dB)')).toEqual(table.columns[1]);
        expect(part).toMatchObject({
          planId: 'abc',
          engine: ENGINE,
          range: { start, end: start + rows.length },
        });
      }),
    );
  });

  it('has the same bytes for the same content', () => {
    fc.assert(
      fc.property(content, (given) => void expect(encode(given)).toEqual(encode(given))),
      { numRuns: 20 },
    );
  });

  it('is readable from the middle of a larger buffer', () => {
    const bytes = encode(SMALL);
    const buffer = new Uint8Array(bytes.length + 13);
    buffer.set(bytes, 5);
    expect(decodePart(buffer.subarray(5, 5 + bytes.length), plan).columns.get('bw')![1]).toBe(5);
  });

  it('reads only the columns that are asked for', () => {
    expect([...decodePart(encode(SMALL), plan, ['bw']).columns.keys()]).toEqual(['bw']);
    expect(codeThrown(() => decodePart(encode(SMALL), plan, ['bandwidth']))).toBe('OPTION_INVALID');
  });

  it('is refused when it is cut off anywhere', () => {
    const bytes = encode(SMALL);
    for (let length = 0; length < bytes.length; length++)
      expect(codeThrown(() => decodePart(bytes.subarray(0, length), plan))).toBe('PART_CORRUPT');
  });

  it('is refused when any bit of it changed', () => {
    const bytes = encode(SMALL);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = changed[at]! ^ (1 << (at % 8));
      expect(codeThrown(() => decodePart(changed, plan))).toBe('PART_CORRUPT');
    }
  });

  it('is refused when it is of a plan with other columns', () => {
    expect(codeThrown(() => decodePart(encode(SMALL), planOf(['xm1.mis_vth'], ['bw', 'phase'])))).toBe(
      'PART_CORRUPT',
    );
  });

  it('is refused when it is no part at all', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(codeThrown(() => decodePart(bytes, plan))).toBe('PART_CORRUPT');
      }),
    );
  });

  it('keeps names apart that would meet in the file', () => {
    const clash = planOf(['status', 'x'], ['x', 'message']);
    const { batch, table } = tablesOf(SMALL);
    const bytes = encodePart(clash, 'p', ENGINE, { start: 7, end: 9 }, batch, table);
    expect([...readParquet(bytes, 'it').columns.keys()]).toEqual([
      ...['sample', 'status_2', 'x', 'x_2', 'message_2', 'status', 'message'],
    ]);
    expect(decodePart(bytes, clash).columns.get('status')).toEqual(Float64Array.of(1, 2));
  });

  it('is not made of a table that does not answer the batch', () => {
    const { batch, table } = tablesOf(SMALL);
    const range = { start: 7, end: 9 };
    const short = { ...table, rows: 1 };
    expect(codeThrown(() => encodePart(plan, 'p', ENGINE, range, batch, short))).toBe('INTERNAL');
    const other = { start: 8, end: 10 };
    expect(codeThrown(() => encodePart(plan, 'p', ENGINE, other, batch, table))).toBe('INTERNAL');
  });
});
