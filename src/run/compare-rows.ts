import type { Plan } from '../plan/schema.ts';
import { STATUSES } from '../plan/table.ts';

/** One simulated sample: its status code and its measurements in the plan's order. */
export interface Row {
  readonly status: number;
  readonly values: Float64Array;
}
/** By sample. */
export type Rows = ReadonlyMap<number, Row>;

export interface Difference {
  readonly sample: number;
  readonly measurement: string;
  readonly fast: number | string;
  readonly slow: number | string;
}

export interface Comparison {
  /** Not one bit differs. */
  readonly exact: boolean;
  /** The first difference that matters. */
  readonly worst: Difference | undefined;
}

const RELATIVE = 1e-6;
/** Values that come close to zero are judged by what the measurement is like in the other samples. */
const SHARE_OF_LARGEST = 1e-3;

/** Compares measurement by measurement what the fast rung and the slow rung gave; rows the slow one failed on are no measure. */
export function differenceOf(plan: Pick<Plan, 'measurements'>, slow: Rows, fast: Rows): Comparison {
  const largest = plan.measurements.map((_, m) =>
    Math.max(0, ...[...slow.values()].map((row) => Math.abs(row.values[m]!)).filter(Number.isFinite)),
  );
  let exact = true;
  let worst: Difference | undefined;
  for (const [sample, expected] of slow) {
    if (!isUsable(expected)) continue;
    const got = fast.get(sample);
    if (!got || got.status !== expected.status) {
      exact = false;
      const status = got ? STATUSES[got.status]! : 'lost';
      worst ??= { sample, measurement: 'status', fast: status, slow: STATUSES[expected.status]! };
      continue;
    }
    plan.measurements.forEach(({ name }, m) => {
      const [a, b] = [got.values[m]!, expected.values[m]!];
      if (Object.is(a, b)) return;
      exact = false;
      const scale = Math.max(Math.abs(a), Math.abs(b), largest[m]! * SHARE_OF_LARGEST);
      if (Math.abs(a - b) <= RELATIVE * scale) return;
      worst ??= { sample, measurement: name, fast: a, slow: b };
    });
  }
  return { exact, worst };
}

const isUsable = ({ status }: Row): boolean =>
  STATUSES[status] === 'ok' || STATUSES[status] === 'measurement';
