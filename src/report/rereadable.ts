import type { ResultBatch, Results } from '../run/results.ts';

/** Numbers that are kept between two readings: 8 MB. */
const NUMBERS_KEPT = 2 ** 20;

/** The batches of a run for several readings: from the store once where they are few numbers, each time otherwise. */
export function rereadable(results: Results): (names?: readonly string[]) => AsyncIterable<ResultBatch> {
  const { plan, counted } = results;
  if (counted * (plan.variables.length + plan.measurements.length + 1) > NUMBERS_KEPT)
    return (names) => results.batches(names);
  let kept: readonly ResultBatch[] | undefined;
  return async function* () {
    if (kept) {
      yield* kept;
      return;
    }
    const read: ResultBatch[] = [];
    for await (const batch of results.batches()) {
      read.push(batch);
      yield batch;
    }
    kept = read;
  };
}
