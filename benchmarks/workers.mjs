import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { needsLibngspice } from './lib/libngspice.mjs';
import { monteCarlo } from './lib/monte-carlo.mjs';
import { needsBuild, ROOT } from './lib/process.mjs';
import { interleave } from './lib/rounds.mjs';
import { compared, quantity } from './lib/rows.mjs';

const SAMPLES = 1_200;

/** A ring oscillator's transient: tens of milliseconds a sample, so that the cores are the limit. */
const ring = () => ({
  deck: readFileSync(join(ROOT, 'benchmarks/decks/ring.cir'), 'utf8'),
  variables: [1, 3, 5, 7, 9].map((k) => ({
    vary: `m${k}.delvto`,
    alter: `alter @m${k}[delvto] = `,
    mean: 0,
    sigma: 1e-2,
  })),
  measure: 'avg(v(a))',
  command: 'tran 20p 8n',
  vectors: ['time', 'v(a)'],
  plain: () => '',
});

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'workers',
  title: `Two workers against one, ring oscillator .tran, ${SAMPLES} samples, the whole command`,
  needs: () =>
    needsBuild() ??
    needsLibngspice() ??
    (availableParallelism() < 2 ? 'there is only one core here' : undefined),
  async run(context) {
    const circuit = ring();
    const withWorkers = (/** @type {number} */ workers) => () => {
      const { seconds } = monteCarlo(circuit, context.folder, {
        engine: 'libngspice',
        samples: SAMPLES,
        workers,
      });
      return { seconds: seconds * SAMPLES };
    };
    const { one, two } = await interleave(context, { one: withWorkers(1), two: withWorkers(2) });
    return [
      quantity('one worker', one.seconds, 's'),
      quantity('two workers', two.seconds, 's'),
      compared('two workers over one', one.seconds, two.seconds, '>=', 1.8),
    ];
  },
};
