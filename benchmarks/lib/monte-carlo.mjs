import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { studyArgs } from './circuits.mjs';
import { runSpiceLab } from './process.mjs';

/**
 * The whole command, from the deck to Parquet and the summary, without the HTML report.
 * @param {import('./circuits.mjs').Circuit} circuit @param {string} folder
 * @param {{ engine: string, samples: number, workers?: number }} how
 * @returns {{ seconds: number, processor: number, run: string }} per sample, and where the run is
 */
export function monteCarlo(circuit, folder, { engine, samples, workers = 1 }) {
  mkdirSync(folder, { recursive: true });
  const deck = join(folder, 'deck.cir');
  const run = join(folder, `run-${engine}-${workers}`);
  writeFileSync(deck, circuit.deck);
  rmSync(run, { recursive: true, force: true });
  const args = ['mc', deck, ...studyArgs(circuit), '-n', String(samples), '--seed', '1'];
  const where = ['--engine', engine, '--workers', String(workers), '--out', run, '--no-report', '--quiet'];
  const { seconds, processor } = runSpiceLab([...args, ...where]);
  return { seconds: seconds / samples, processor: processor / samples, run };
}
