import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTERS, needsCluster } from './lib/clusters.mjs';
import { GF180MCU } from './lib/models.mjs';
import { needsBuild, runSpiceLab } from './lib/process.mjs';
import { limited, quantity } from './lib/rows.mjs';
import { place } from './lib/statistical-decks.mjs';

/** Simulations of each search, with those that confirm its best designs. */
const BUDGET = 6000;
/** Samples of a design that is simulated whole. */
const SAMPLES = 256;
/** Square micrometres of the four transistors that make the offset; the deck's own are 60. */
const AREA = 61;
const SEEDS = 5;

/** @type {import('./lib/statistical-decks.mjs').StatisticalDeck} */
const DECK = {
  file: 'ota-tune-gf180.cir',
  models: GF180MCU,
  measure: ['offset=v(out)-v(inp)', 'area=2*1e12*(wp*lp+wm*lm)'],
  commands: [],
};

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'tune',
  title: `GF180MCU OTA with the PDK's own mismatch: most yield of |offset| < 4 mV on ${AREA} um2, tune against random search, ${BUDGET.toLocaleString('en-US')} simulations each, ${SEEDS} seeds a round`,
  needs: () => needsBuild() ?? GF180MCU.needs() ?? needsCluster('dask'),
  async run({ rounds, folder, tell }) {
    const seeds = Array.from({ length: SEEDS * rounds }, (_, k) => k + 1);
    const found = seeds.map((seed) => {
      const tuned = bestYield(['--sampler', 'tpe'], seed, folder);
      const random = bestYield(['--sampler', 'random', '--no-early-stopping'], seed, folder);
      tell(`seed ${seed} of ${seeds.length}: ${percent(tuned.best)} against ${percent(random.best)} %`);
      return { tuned, random };
    });
    const row = (/** @type {string} */ what, /** @type {readonly number[]} */ values) =>
      quantity(what, values.map(percent), '%');
    const ahead = found.map(({ tuned, random }) => percent(tuned.best - random.best));
    const won = ahead.filter((points) => points > 0).length / ahead.length;
    return [
      row(
        'yield of the deck as it is',
        found.map(({ tuned }) => tuned.own),
      ),
      row(
        'best design of random search',
        found.map(({ random }) => random.best),
      ),
      row(
        'best design of tune',
        found.map(({ tuned }) => tuned.best),
      ),
      limited('tune is ahead by', ahead, 'points', '>=', 1),
      limited('seeds of which tune won', [percent(won)], '%', '>=', 80),
    ];
  },
};

const percent = (/** @type {number} */ share) => 100 * share;

/**
 * Yields with fresh draws: of the design that the search ends with, and of the deck's own.
 * @param {readonly string[]} how @param {number} seed @param {string} folder
 * @returns {{ best: number, own: number }} from 0 to 1
 */
function bestYield(how, seed, folder) {
  const deck = place(DECK, folder);
  const out = join(folder, 'search');
  rmSync(out, { recursive: true, force: true });
  const sizes = ['wp=log(1u,50u)', 'lp=log(0.3u,5u)', 'wm=log(1u,50u)', 'lm=log(0.3u,5u)'];
  const { stdout } = runSpiceLab([
    ...['tune', deck, ...sizes.flatMap((size) => ['--design', size])],
    ...DECK.measure.flatMap((measure) => ['--measure', measure]),
    ...['--spec', '-4m<offset<4m', '--maximize', 'yield', '--constraint', `area<=${AREA}`],
    ...['-n', String(SAMPLES), '--budget', String(BUDGET), '--seed', String(seed), ...how],
    ...['--python', CLUSTERS.dask.python, '--workers', '1', '--out', out, '--json'],
  ]);
  const { best, own } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '').answer;
  return { best: best[0].objectives[0].value, own: own.objectives[0].value };
}
