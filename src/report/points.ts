import { STATUSES } from '../plan/table.ts';
import type { Results } from '../run/results.ts';
import type { PointValues } from './answers.ts';
import { hasRandomVariables, pointCount } from './axes.ts';
import { pointLabel } from './label.ts';

/** More points than this are for a picture or a table of their own. */
const MOST_POINTS = 200;

/** What was measured at each point of a plan that draws nothing; `undefined` for other plans and for too many points. */
export async function pointValues(results: Results): Promise<PointValues[] | undefined> {
  const { plan } = results;
  const points = pointCount(plan);
  if (hasRandomVariables(plan) || points < 2 || points > MOST_POINTS) return undefined;
  const names = plan.measurements.map(({ name }) => name);
  const rows: PointValues[] = [];
  for await (const batch of results.batches(names)) {
    for (let row = 0; row < batch.rows; row++) {
      const sample = batch.samples[row]!;
      if (sample >= points) break;
      const values = Object.fromEntries(names.map((name) => [name, batch.columns.get(name)![row]!]));
      rows.push({ label: pointLabel(plan, sample), sample, status: STATUSES[batch.status[row]!]!, values });
    }
  }
  return rows;
}
