import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runSpiceLab } from './process.mjs';
import { place } from './statistical-decks.mjs';

/**
 * What the whole command answers on a deck as it is, without the HTML report.
 * @param {import('./statistical-decks.mjs').StatisticalDeck} deck @param {string} folder
 * @param {readonly string[]} flags what is asked, such as `-n 1000 --seed 3`
 * @returns {any} the answers, under the names that docs/answers.md gives them
 */
export function answersOf(deck, folder, flags) {
  const file = place(deck, folder);
  const run = join(folder, 'run');
  for (const stage of ['', '-explore', '-explore-more', ...[1, 2, 3, 4].map((round) => `-search-${round}`)])
    rmSync(`${run}${stage}`, { recursive: true, force: true });
  const { stdout } = runSpiceLab([
    ...['mc', file, ...deck.measure.flatMap((measure) => ['--measure', measure]), ...flags],
    ...['--workers', '1', '--out', run, '--no-report', '--json'],
  ]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '').answers;
}

/** With n - 1. @param {readonly number[]} values */
export function variance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
