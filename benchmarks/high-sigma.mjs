import { GF180MCU } from './lib/models.mjs';
import { needsBuild } from './lib/process.mjs';
import { limited, quantity } from './lib/rows.mjs';
import { answersOf, variance } from './lib/seeds.mjs';
import { otaGf180 } from './lib/statistical-decks.mjs';

const LEVEL = 5;
/** P(Z > 5) of a standard normal Z. */
const TAIL = 2.866515718791946e-7;
const SIMULATIONS = 1000;
const SEEDS = 30;

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'high-sigma',
  title: `GF180MCU OTA .op with the PDK's own mismatch: offsets ${LEVEL} sigma out, ${SEEDS} seeds a round, ${SIMULATIONS.toLocaleString('en-US')} simulations each with the search`,
  needs: () => needsBuild() ?? GF180MCU.needs(),
  async run({ rounds, folder, tell }) {
    const limit = limitAt(LEVEL, folder);
    const measured = Array.from({ length: rounds }, (_, round) => {
      const found = Array.from({ length: SEEDS }, (_, k) => estimate(limit, 1 + k + SEEDS * round, folder));
      tell(`round ${round + 1} of ${rounds}`);
      const values = found.map(({ probability }) => probability.value);
      const mean = values.reduce((sum, value) => sum + value, 0) / SEEDS;
      return {
        measured: (100 * Math.sqrt(variance(values))) / mean,
        estimated: (100 * found.reduce((sum, { relativeError }) => sum + relativeError, 0)) / SEEDS,
        overTail: mean / TAIL,
        simulations: Math.max(...found.map(({ simulations }) => simulations)),
        trusted: found.filter(({ warnings }) => warnings.length === 0).length,
      };
    });
    const of = (/** @type {(round: typeof measured[number]) => number} */ value) => measured.map(value);
    return [
      limited(
        'relative standard error, measured over the seeds',
        of((round) => round.measured),
        '%',
        '<=',
        10,
      ),
      quantity(
        'the same as each run estimates it',
        of((round) => round.estimated),
        '%',
      ),
      limited(
        'simulations in all, the most of any seed',
        of((round) => round.simulations),
        '',
        '<=',
        SIMULATIONS,
      ),
      quantity(
        'mean over the normal tail of the linear model',
        of((round) => round.overTail),
        'x',
      ),
      quantity(
        `seeds of ${SEEDS} without a warning`,
        of((round) => round.trusted),
        '',
      ),
    ];
  },
};

/** The offset so many sigma above the mean, by the linear model that control variates find. @param {number} level @param {string} folder */
function limitAt(level, folder) {
  const { all } = answersOf(otaGf180, folder, ['-n', '4000', '--seed', '1']);
  const [{ mean, sigma }] = all.controlled.statistics;
  return mean.value + level * sigma.value;
}

/** @param {number} limit @param {number} seed @param {string} folder */
function estimate(limit, seed, folder) {
  const { failure } = answersOf(otaGf180, folder, [
    ...['--spec', `offset<${limit}`, '--high-sigma', String(LEVEL)],
    ...['-n', String(SIMULATIONS), '--seed', String(seed)],
  ]);
  const { probability, relativeError } = failure.specs[0].failuresIgnored;
  return {
    probability,
    relativeError,
    warnings: failure.warnings,
    simulations: failure.searched + failure.sampled,
  };
}
