import { GF180MCU } from './lib/models.mjs';
import { needsBuild } from './lib/process.mjs';
import { limited } from './lib/rows.mjs';
import { answersOf, variance } from './lib/seeds.mjs';
import { otaGf180 } from './lib/statistical-decks.mjs';

/** Sixteen replicates, the default, of 256 points each. */
const SAMPLES = 4096;
/** Seeds per method and round: the ratio of two variances of so many is uncertain by a factor of 1.7 or so. */
const SEEDS = 24;
/** About nine in ten offsets pass. */
const SPEC = 'offset<4.4m';

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'sobol',
  title: `GF180MCU OTA .op with the PDK's own mismatch: variance of estimates over ${SEEDS} seeds a round, plain over scrambled Sobol, both ${SAMPLES.toLocaleString('en-US')} samples`,
  needs: () => needsBuild() ?? GF180MCU.needs(),
  async run({ rounds, folder, tell }) {
    const ratios = Array.from({ length: rounds }, (_, round) => {
      const seeds = Array.from({ length: SEEDS }, (_, k) => 1 + k + SEEDS * round);
      const plain = spreadOf('random', seeds, folder);
      const sobol = spreadOf('sobol', seeds, folder);
      tell(`round ${round + 1} of ${rounds}`);
      return plain.map((value, k) => value / sobol[k]);
    });
    const row = (/** @type {string} */ what, /** @type {number} */ k, /** @type {number} */ wanted) =>
      limited(
        `variance of the ${what}`,
        ratios.map((ratio) => ratio[k]),
        'x smaller',
        '>=',
        wanted,
      );
    return [row('mean', 0, 500), row('sigma', 1, 20), row('yield', 2, 2)];
  },
};

/** Variance over the seeds of mean, sigma and yield. @param {string} method @param {readonly number[]} seeds @param {string} folder */
function spreadOf(method, seeds, folder) {
  const flags = ['-n', String(SAMPLES), '--sampling', method, '--spec', SPEC];
  const found = seeds.map((seed) => {
    const { all } = answersOf(otaGf180, folder, [...flags, '--seed', String(seed)]);
    const [{ mean, sigma }] = all.statistics;
    return [mean.value, sigma.value, all.yields[0].failuresCounted.value];
  });
  return [0, 1, 2].map((k) => variance(found.map((estimates) => estimates[k])));
}
