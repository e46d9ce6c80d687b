import { join } from 'node:path';
import { needsBuild, ROOT, runSpiceLab } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { limited, quantity } from './lib/rows.mjs';
import { steadySeconds } from './lib/run-folder.mjs';

const CHUNKS = 20_000;

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'dispatch',
  title: `${CHUNKS.toLocaleString('en-US')} chunks of one sample, formula engine: from worker to store, and the whole command`,
  needs: needsBuild,
  async run(context) {
    let runs = 0;
    const withWorkers = (/** @type {number} */ workers) => () => {
      // A folder for each: ext4 takes a millisecond to make a file in the minute after as many were deleted.
      const run = join(context.folder, `run-${runs++}`);
      const { seconds } = runSpiceLab([
        'mc',
        join(ROOT, 'benchmarks/decks/formulas.cir'),
        '--vary',
        'a=normal(1,0.1)',
        '--measure',
        'y=a*b',
        ...['-n', String(CHUNKS), '--chunk', '1', '--engine', 'formula', '--workers', String(workers)],
        ...['--out', run, '--no-report', '--quiet'],
      ]);
      return { command: CHUNKS / seconds, steady: 1 / steadySeconds(run, 0.1) };
    };
    const { one, two } = await interleave(context, { one: withWorkers(1), two: withWorkers(2) });
    return [
      limited('one worker, whole command', one.command, 'chunks/s', '>=', 2000),
      limited('two workers, whole command', two.command, 'chunks/s', '>=', 2000),
      quantity('one worker, once it runs', one.steady, 'chunks/s'),
      quantity('two workers, once it runs', two.steady, 'chunks/s'),
    ];
  },
};
