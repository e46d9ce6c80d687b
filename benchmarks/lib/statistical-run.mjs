import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runSpiceLab } from './process.mjs';
import { place } from './statistical-decks.mjs';

/**
 * The whole command on a deck as it is, from the deck to Parquet and the summary, without the HTML report.
 * @param {import('./statistical-decks.mjs').StatisticalDeck} deck @param {string} folder
 * @param {{ engine: string, samples: number, seed?: number }} how
 * @returns {{ seconds: number, processor: number, run: string }} per sample, and where the run is
 */
export function statisticalRun(deck, folder, { engine, samples, seed = 1 }) {
  const file = place(deck, folder);
  const run = join(folder, `run-${engine}`);
  rmSync(run, { recursive: true, force: true });
  const { seconds, processor } = runSpiceLab([
    ...['mc', file, ...deck.measure.flatMap((measure) => ['--measure', measure])],
    ...['-n', String(samples), '--seed', String(seed), '--engine', engine, '--workers', '1'],
    ...['--out', run, '--no-report', '--quiet'],
  ]);
  return { seconds: seconds / samples, processor: processor / samples, run };
}

/** What a finished run says of a measurement. @param {string} run @param {string} name @returns {{ mean: number, sigma: number }} */
export function answerOf(run, name) {
  const answers = JSON.parse(runSpiceLab(['show', run, '--json']).stdout);
  const found = answers.all.statistics.find((/** @type {{ name: string }} */ entry) => entry.name === name);
  if (!found || found.missing > 0) throw new Error(`${run}: ${name} is not there, or not in every sample`);
  return { mean: found.mean.value, sigma: found.sigma.value };
}
