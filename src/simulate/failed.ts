import { STATUSES, type Status } from '../plan/table.ts';
import type { Results } from '../run/index.ts';

/** A point that was wanted and has no figure, or not all of them. */
export interface FailedPoint {
  readonly sample: number;
  readonly status: Status;
  readonly message: string;
}

/** The samples of a run that failed, in their order: a worst case that left them out in silence would be none. */
export async function failedIn(results: Results): Promise<FailedPoint[]> {
  const failed: FailedPoint[] = [];
  for await (const { rows, samples, status, messages } of results.batches([])) {
    for (let row = 0; row < rows; row++) {
      const name = STATUSES[status[row]!]!;
      if (name !== 'ok')
        failed.push({ sample: samples[row]!, status: name, message: messages.get(row) ?? '' });
    }
  }
  return failed;
}
