import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstMatch } from './machine.mjs';
import { runProgram } from './process.mjs';

export const needsNgspice = () =>
  firstMatch('ngspice', ['--version'], /(ngspice)/) ? undefined : 'ngspice is not installed';

/**
 * The baseline: a new `ngspice -b` process per sample, one after the other, decks written beforehand. It is told to use one
 * thread, which is the fastest way here.
 * @param {string} folder @param {readonly string[]} decks @returns {{ seconds: number, processor: number }} per sample
 */
export function simulateByProcesses(folder, decks) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.spiceinit'), '* settings\nset num_threads=1\n');
  const files = decks.map((deck, k) => {
    const file = join(folder, `sample-${k}.cir`);
    writeFileSync(file, deck);
    return file;
  });
  let seconds = 0;
  let processor = 0;
  for (const file of files) {
    const run = runProgram('ngspice', ['-b', file], { cwd: folder });
    if (!/^\s*figure\s*=\s*[-+\d]/m.test(run.stdout))
      throw new Error(`no figure from ${file}:\n${run.stdout}`);
    seconds += run.seconds;
    processor += run.processor;
  }
  return { seconds: seconds / decks.length, processor: processor / decks.length };
}
