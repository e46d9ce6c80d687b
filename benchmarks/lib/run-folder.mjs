import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Every part of a run, in the order in which they came.
 * @param {string} run
 * @returns {{ at: number, start: number, end: number, seconds: number }[]} `at` and `seconds` in seconds
 */
export function partsOf(run) {
  const folder = join(run, 'log');
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
    .filter(({ seconds }) => seconds !== undefined)
    .map(({ time, start, end, seconds }) => ({ at: Date.parse(time) / 1000, start, end, seconds }));
}

/**
 * Seconds per sample once everything is warm: from the part that completes the given share of the run to its last.
 * It holds all that a worker does for a sample, and what the coordinator takes where the worker waits for it.
 * @param {string} run @param {number} share
 */
export function steadySeconds(run, share) {
  const parts = partsOf(run);
  const total = parts.reduce((sum, { start, end }) => sum + end - start, 0);
  let rows = 0;
  const first = parts.findIndex(({ start, end }) => {
    rows += end - start;
    return rows >= share * total;
  });
  const last = parts.at(-1);
  if (!last || first < 0 || rows === total)
    throw new Error(`${run}: too few parts to tell how fast they came`);
  return (last.at - parts[first].at) / (total - rows);
}
