import type { Plan } from '../plan/schema.ts';
import { OK, STATUSES } from '../plan/table.ts';
import type { DecodedPart } from '../protocol/index.ts';
import type { Range } from './coverage.ts';
import type { Bound, StoppingRule } from './rule.ts';
import type { Rows } from './state.ts';

/** What a coordinator keeps of some rows: counts, never the rows themselves. */
export interface Digest extends Rows {
  /** Rows that pass, per spec of the plan and last overall; a row without a value does not pass. */
  readonly passed: readonly number[];
}

/** Columns that a digest is made from. */
export function digestColumns(plan: Pick<Plan, 'specs'>, rule: StoppingRule | undefined): string[] {
  const names = new Set(plan.specs.map((spec) => spec.measurement));
  if (rule?.kind === 'yield') for (const bound of rule.bounds) names.add(bound.measurement);
  else if (rule) names.add(rule.measurement);
  return [...names];
}

/** Digests the samples of `range`, which the part has. */
export function digest(
  part: DecodedPart,
  partStart: number,
  range: Range,
  plan: Pick<Plan, 'specs'>,
  rule: StoppingRule | undefined,
): Digest {
  const from = range.start - partStart;
  const to = range.end - partStart;
  const statuses = STATUSES.map(() => 0);
  for (let row = from; row < to; row++) statuses[part.status[row]!]!++;
  return {
    start: range.start,
    end: range.end,
    statuses,
    passed: countPasses(part, from, to, plan.specs),
    scores: rule && scoresOf(part, from, to, rule),
  };
}

function countPasses(part: DecodedPart, from: number, to: number, bounds: readonly Bound[]): number[] {
  const passed = new Array<number>(bounds.length + 1).fill(0);
  for (let row = from; row < to; row++) {
    let all = true;
    for (let b = 0; b < bounds.length; b++) {
      if (passes(part, row, bounds[b]!)) passed[b]!++;
      else all = false;
    }
    if (all) passed[bounds.length]!++;
  }
  return passed;
}

/** 1 or 0 for a yield; the value, NaN where there is none, for a mean or a sigma. */
function scoresOf(part: DecodedPart, from: number, to: number, rule: StoppingRule): Float64Array {
  const scores = new Float64Array(to - from);
  for (let row = from; row < to; row++) {
    scores[row - from] =
      rule.kind === 'yield'
        ? Number(rule.bounds.every((bound) => passes(part, row, bound)))
        : measured(part, row, rule.measurement);
  }
  return scores;
}

function passes(part: DecodedPart, row: number, bound: Bound): boolean {
  const value = measured(part, row, bound.measurement);
  return (
    Number.isFinite(value) &&
    (bound.low === undefined || value >= bound.low) &&
    (bound.high === undefined || value <= bound.high)
  );
}

/** A row that failed has no values, but for one where another measurement did not fire. */
function measured(part: DecodedPart, row: number, measurement: string): number {
  const status = STATUSES[part.status[row] ?? OK];
  if (status !== 'ok' && status !== 'measurement') return Number.NaN;
  return part.columns.get(measurement)?.[row] ?? Number.NaN;
}
