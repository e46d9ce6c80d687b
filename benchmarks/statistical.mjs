import { againstOwnDraws } from './lib/against-own-draws.mjs';
import { bareCircuitOfRun, simulateByBareLibrary } from './lib/bare-library.mjs';
import { needsLibngspice } from './lib/libngspice.mjs';
import { GF180MCU } from './lib/models.mjs';
import { needsNgspice } from './lib/ngspice.mjs';
import { needsBuild } from './lib/process.mjs';
import { milliseconds } from './lib/rounds.mjs';
import { compared, limited, quantity } from './lib/rows.mjs';
import { otaGf180 } from './lib/statistical-decks.mjs';
import { answerOf, statisticalRun } from './lib/statistical-run.mjs';

const SAMPLES = 20_000;
/** Of ngspice's own Monte Carlo on the same deck, in uV. */
const SIGMA = 2565;

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'statistical',
  title: `GF180MCU OTA .op with the PDK's own mismatch, the deck as it is, the whole command over ${SAMPLES.toLocaleString('en-US')} samples`,
  needs: () => needsBuild() ?? needsNgspice() ?? GF180MCU.needs(),
  async run(context) {
    const missing = needsLibngspice();
    const bare = missing ? undefined : await bareContestant(context.folder);
    const { rows, times, runs } = await againstOwnDraws(context, {
      deck: otaGf180,
      samples: SAMPLES,
      resets: 500,
      engines: [
        { engine: 'libngspice', overProcesses: 300, overReset: 15 },
        { engine: 'wasm', overProcesses: 120 },
      ],
      ...(bare ? { others: { bare } } : {}),
    });
    const answers = Object.entries(runs).flatMap(([engine, run]) => offsetRows(engine, run));
    return [
      ...rows,
      ...(bare ? bareRows(times) : [{ what: 'the bare library', value: `not run: ${missing}` }]),
      ...answers,
    ];
  },
};

/** The bare library with the calls of a short run. @param {string} folder */
async function bareContestant(folder) {
  const { run } = statisticalRun(otaGf180, folder, { engine: 'libngspice', samples: 16 });
  const circuit = await bareCircuitOfRun(run);
  return () => simulateByBareLibrary(circuit, folder, SAMPLES);
}

/** @param {Record<string, import('./lib/rounds.mjs').FiguresByRound>} times */
const bareRows = ({ bare, libngspice }) => [
  quantity('the bare library, the same calls', milliseconds(bare.seconds), 'ms per sample'),
  quantity('SpiceLab, libngspice, once it runs', milliseconds(libngspice.steady), 'ms per sample'),
  compared('SpiceLab, once it runs, over bare', libngspice.steady, bare.seconds, '<='),
  compared('SpiceLab, the whole command, over bare', libngspice.seconds, bare.seconds, '<=', 1.3),
];

/** @param {string} engine @param {string} run */
function offsetRows(engine, run) {
  const { mean, sigma } = answerOf(run, 'offset');
  const off = 100 * Math.abs(sigma / (SIGMA * 1e-6) - 1);
  return [
    quantity(`mean of the offset, ${engine}`, [mean * 1e6], 'uV'),
    quantity(`sigma of the offset, ${engine}`, [sigma * 1e6], 'uV'),
    limited(`its distance from ${SIGMA.toLocaleString('en-US')} uV`, [off], '%', '<=', 2),
  ];
}
