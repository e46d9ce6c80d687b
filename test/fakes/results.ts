import { nearestNames, SpiceLabError } from '../../src/errors/index.ts';
import type { Plan, Spec, Variable } from '../../src/plan/schema.ts';
import type { ResultBatch, Results, ResultWaveform, Session } from '../../src/run/results.ts';

export interface FakeResults {
  /** What differs from an empty plan. */
  readonly plan?: Partial<Plan>;
  /** Values per sample, by name of a variable or measurement; names that the plan lacks become measurements. */
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
  /** `STATUSES` codes per sample; all ok when absent. */
  readonly status?: ArrayLike<number>;
  readonly messages?: ReadonlyMap<number, string>;
  readonly waveforms?: readonly ResultWaveform[];
  readonly sessions?: readonly Session[];
  readonly wanted?: number;
  /** Rows per batch, one after the other and then over again. */
  readonly batchRows?: readonly number[];
}

/** Results in memory, for tests of what reads results. */
export function fakeResults(fake: FakeResults): Results {
  const plan = fakePlan(fake);
  const columns = new Map(
    Object.entries(fake.columns).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  const rows = Math.max(0, ...[...columns.values()].map((column) => column.length));
  const status = Uint8Array.from(fake.status ?? new Uint8Array(rows));
  const batchRows = fake.batchRows ?? [4096];
  return {
    plan,
    planId: 'fake',
    location: 'runs/fake',
    engine: { name: 'formula', version: '1' },
    sessions: fake.sessions ?? [],
    wanted: fake.wanted ?? rows,
    present: rows,
    counted: rows,
    async *batches(names?: readonly string[]): AsyncIterable<ResultBatch> {
      for (let start = 0, k = 0; start < rows; k++) {
        const end = Math.min(rows, start + batchRows[k % batchRows.length]!);
        const [from, to] = [start, end];
        const messages = [...(fake.messages ?? [])].filter(([sample]) => sample >= from && sample < to);
        yield {
          rows: end - start,
          samples: Float64Array.from({ length: end - start }, (_, row) => from + row),
          status: status.subarray(start, end),
          messages: new Map(messages.map(([sample, message]) => [sample - from, message])),
          columns: new Map(
            (names ?? [...columns.keys()]).map((name) => [name, columnOf(name).subarray(from, to)]),
          ),
        };
        start = end;
      }
    },
    column: async (name) => columnOf(name).slice(),
    async *waveforms() {
      yield* fake.waveforms ?? [];
    },
  };

  function columnOf(name: string): Float64Array {
    const column = columns.get(name);
    if (column) return column;
    throw new SpiceLabError('OPTION_INVALID', `no column '${name}'`, {
      remedy: `Did you mean ${nearestNames(name, columns.keys()).join(', ')}?`,
    });
  }
}

/** A standard normal variable. */
export function normalVariable(name: string, mean = 0, sigma = 1, unit = ''): Variable {
  return {
    name,
    unit,
    nominal: mean,
    source: { kind: 'random', distribution: { kind: 'normal', mean, sigma } },
  };
}

export function spec(measurement: string, low: number | undefined, high: number | undefined): Spec {
  const name = `${low === undefined ? '' : `${low}<`}${measurement}${high === undefined ? '' : `<${high}`}`;
  return {
    name,
    measurement,
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  };
}

function fakePlan({ plan = {}, columns }: FakeResults): Plan {
  const variables = plan.variables ?? [];
  const known = new Set(variables.map((variable) => variable.name));
  const measured = Object.keys(columns).filter((name) => !known.has(name));
  return {
    format: 1,
    title: 'a fake plan',
    circuits: [{ label: '', text: 'a fake plan\n.end\n', slots: [], sources: [], origins: [] }],
    axes: [],
    sampling: { method: 'random', seed: 1 },
    correlations: [],
    assignments: [],
    analyses: [],
    measurements: measured.map((name) => ({ name, unit: '', source: { kind: 'scalars', expression: '0' } })),
    specs: [],
    waveforms: [],
    ...plan,
    variables,
  };
}
