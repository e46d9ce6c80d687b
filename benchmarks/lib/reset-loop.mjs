import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './process.mjs';
import { controlled, place } from './statistical-decks.mjs';

/**
 * ngspice's own Monte Carlo: one process, a loop of `reset` (which draws anew), the analysis and a print.
 * @param {import('./statistical-decks.mjs').StatisticalDeck} deck @param {string} folder @param {number} samples
 * @returns {{ seconds: number, processor: number }} per sample, the whole process
 */
export function simulateByReset(deck, folder, samples) {
  place(deck, folder);
  const file = join(folder, 'reset-loop.cir');
  const loop = ['set num_threads=1', 'let k = 0', `dowhile k < ${samples}`, 'reset', ...deck.commands];
  writeFileSync(file, controlled(deck, [...loop, 'destroy', 'let k = k + 1', 'end']));
  const { seconds, processor, stdout } = runProgram('ngspice', ['-b', file], { cwd: folder });
  const printed = stdout.match(/^\s*figure\s*=\s*[-+\d]/gm)?.length ?? 0;
  if (printed !== samples)
    throw new Error(`${printed} of ${samples} figures from ${file}:\n${stdout.slice(-4000)}`);
  return { seconds: seconds / samples, processor: processor / samples };
}
