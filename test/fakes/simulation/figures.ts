import type { RunEvent } from '../../../src/run/index.ts';
import type { Answer } from './answer.ts';
import type { FaultyBackend } from './faulty-backend.ts';

/** What is wrong with the figures that a session told. */
export function* checkFigures(
  events: readonly RunEvent[],
  backend: FaultyBackend,
  expected: Answer,
): Iterable<string> {
  const progress = events.filter((event) => event.type === 'progress');
  let present = 0;
  for (const event of progress) {
    if (event.present < present) yield `${event.present} samples present, after ${present}`;
    present = event.present;
    if (event.rate < 0) yield `a rate of ${event.rate}`;
  }
  const finished = events.find((event) => event.type === 'finished');
  if (finished) yield* checkEnd(finished, progress.at(-1)?.estimates[0]?.value, expected);
  // Workers of an earlier session may still write parts to the store, good ones and bad ones.
  if (backend.capabilities.delivery === 'store') return;
  const losses = progress.at(-1)?.losses ?? 0;
  if (losses > backend.setbacks) yield `${losses} losses are counted, of ${backend.setbacks}`;
  const delivered = [...backend.delivered.values()].reduce((sum, count) => sum + count, 0);
  const simulated = finished?.simulated ?? 0;
  if (simulated > delivered) yield `${simulated} samples are said to be simulated, of ${delivered}`;
}

function* checkEnd(
  { statuses, present, wanted, outcome }: Extract<RunEvent, { type: 'finished' }>,
  yieldTold: number | undefined,
  expected: Answer,
): Iterable<string> {
  const rows = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  if (rows !== present) yield `${rows} rows have a status, ${present} are present`;
  if (outcome.kind !== 'complete') return;
  if (present !== wanted) yield `complete with ${present} of ${wanted}`;
  if (present === expected.rows.length && yieldTold !== yieldOf(expected))
    yield `a yield of ${yieldTold} was told, not ${yieldOf(expected)}`;
}

const [STATUS, SUM] = [1, 4];
const LOWEST_SUM = -2;

/** Share of the rows that pass the one spec of the plan. */
function yieldOf({ rows }: Answer): number {
  const passed = rows.filter((row) => row[STATUS] === 0 && row[SUM]! >= LOWEST_SUM);
  return passed.length / rows.length;
}
