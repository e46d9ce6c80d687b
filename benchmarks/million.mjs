import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { needsBuild, ROOT, runSpiceLab } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { compared, limited, quantity } from './lib/rows.mjs';

const MEASUREMENTS = ['a+b', 'a-b', 'a*b', 'a/b', 'a*a', 'b*b', 'exp(a)', 'sqrt(b)'];
const FEW = 100_000;
const MANY = 1_000_000;

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'million',
  title:
    'A million samples of eight measurements, formula engine, two workers, one spec: peak memory of the coordinator',
  needs: needsBuild,
  async run(context) {
    const ofSamples = (/** @type {number} */ samples) => () => {
      const run = join(context.folder, 'run');
      const peak = join(context.folder, 'peak');
      rmSync(run, { recursive: true, force: true });
      const { seconds } = runSpiceLab(
        [
          ...['mc', join(ROOT, 'benchmarks/decks/formulas.cir')],
          ...['--vary', 'a=normal(1,0.1)', '--vary', 'b=normal(2,0.1)'],
          ...MEASUREMENTS.flatMap((formula, k) => ['--measure', `y${k + 1}=${formula}`]),
          ...['--spec', 'y1>2.8', '-n', String(samples), '--engine', 'formula', '--workers', '2'],
          ...['--out', run, '--no-report', '--quiet'],
        ],
        {
          nodeOptions: ['--import', pathToFileURL(join(ROOT, 'benchmarks/loops/peak-memory.mjs')).href],
          env: { ...process.env, SPICELAB_BENCH_PEAK: peak },
        },
      );
      return { seconds, megabytes: Number(readFileSync(peak, 'utf8')) };
    };
    const { few, many } = await interleave(context, { few: ofSamples(FEW), many: ofSamples(MANY) });
    return [
      limited('peak memory, 1,000,000 samples', many.megabytes, 'MB', '<=', 300),
      quantity('peak memory, 100,000 samples', few.megabytes, 'MB'),
      compared('a million over a hundred thousand', many.megabytes, few.megabytes, '<=', 1.2),
      quantity('whole command, 1,000,000 samples', many.seconds, 's'),
    ];
  },
};
