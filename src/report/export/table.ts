import type { Plan } from '../../plan/schema.ts';
import { STATUSES } from '../../plan/table.ts';
import type { Results } from '../../run/results.ts';

export type ExportValues = Float64Array | Int32Array | readonly (string | null)[];

export interface ExportColumn {
  readonly name: string;
  readonly kind: 'integer' | 'number' | 'text';
}

/** A table on its way out: columns of one length per batch, in the order of `columns`. */
export interface ExportTable {
  readonly columns: readonly ExportColumn[];
  readonly batches: AsyncIterable<readonly ExportValues[]>;
}

/** 32-bit where the samples fit, as most readers like it best. */
const sampleColumn = ({ wanted }: Results): ExportColumn => ({
  name: 'sample',
  kind: wanted < 2 ** 31 ? 'integer' : 'number',
});

/** One row per sample: `sample`, the variables, the measurements, `status`, `message`. */
export function sampleTable(results: Results): ExportTable {
  const { plan } = results;
  const columns: ExportColumn[] = [
    sampleColumn(results),
    ...plan.variables.map(({ name, labels }): ExportColumn => ({ name, kind: labels ? 'text' : 'number' })),
    ...plan.measurements.map(({ name }): ExportColumn => ({ name, kind: 'number' })),
    { name: 'status', kind: 'text' },
    { name: 'message', kind: 'text' },
  ];
  return { columns, batches: sampleBatches(results, plan) };
}

async function* sampleBatches(results: Results, plan: Plan): AsyncIterable<readonly ExportValues[]> {
  for await (const batch of results.batches()) {
    const variables = plan.variables.map(({ name, labels }) => {
      const column = batch.columns.get(name)!;
      return labels ? Array.from(column, (value) => labels[value] ?? null) : column;
    });
    const status = Array.from(batch.status, (code) => STATUSES[code]!);
    const message = Array.from(batch.status, (_, row) => batch.messages.get(row) ?? null);
    yield [
      batch.samples,
      ...variables,
      ...plan.measurements.map(({ name }) => batch.columns.get(name)!),
      status,
      message,
    ];
  }
}

/** Saved waveforms in long form: one row per point, a column per vector of any analysis (NaN where it has none). */
export function waveformTable(results: Results): ExportTable {
  const vectors = [
    ...new Set(
      results.plan.waveforms.flatMap(({ analysis, vectors: names }) =>
        columnsOf(results.plan, analysis, names),
      ),
    ),
  ];
  const columns: ExportColumn[] = [
    sampleColumn(results),
    { name: 'analysis', kind: 'text' },
    { name: 'scale', kind: 'number' },
    ...vectors.map((name): ExportColumn => ({ name, kind: 'number' })),
  ];
  return { columns, batches: waveformBatches(results, vectors) };
}

/** A complex vector `v` of an ac analysis stands as `re(v)` and `im(v)`. */
function columnsOf(plan: Plan, analysis: string, vectors: readonly string[]): string[] {
  const complex = plan.analyses.find(({ name }) => name === analysis)?.kind === 'ac';
  return vectors.flatMap((name) => (complex ? [`re(${name})`, `im(${name})`] : [name]));
}

async function* waveformBatches(
  results: Results,
  vectors: readonly string[],
): AsyncIterable<readonly ExportValues[]> {
  for await (const { sample, analysis, names, columns } of results.waveforms()) {
    const [scale] = columns;
    if (!scale) continue;
    const { length } = scale;
    const values = vectors.map(
      (vector) => columns[names.indexOf(vector)] ?? new Float64Array(length).fill(Number.NaN),
    );
    yield [new Float64Array(length).fill(sample), new Array<string>(length).fill(analysis), scale, ...values];
  }
}
