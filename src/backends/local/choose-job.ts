import type { AcceptedJob } from '../common/index.ts';
import type { Slot } from './slot.ts';

/** How long a worker stays with its plan while jobs of another one wait. */
const TURN_MILLISECONDS = 2000;

/**
 * The job that a worker takes its next chunk from: the oldest, but for a while from its loaded plan. No more workers load a
 * plan than it has chunks waiting.
 * @param jobs oldest first
 */
export function chooseJob(
  slot: Slot,
  jobs: Iterable<AcceptedJob>,
  slots: Iterable<Slot>,
  nowMilliseconds: number,
): AcceptedJob | undefined {
  const stays = nowMilliseconds - slot.turned <= TURN_MILLISECONDS;
  let oldest: AcceptedJob | undefined;
  for (const job of jobs) {
    if (!job.ready) continue;
    if (job.key === slot.key) return job;
    if (loading(job.key, slots) >= job.waiting.length) continue;
    oldest ??= job;
    if (!stays) break;
  }
  return oldest;
}

function loading(key: string, slots: Iterable<Slot>): number {
  let count = 0;
  for (const slot of slots) if (slot.state === 'loading' && slot.key === key) count++;
  return count;
}
