import { againstOwnDraws } from './lib/against-own-draws.mjs';
import { SKY130 } from './lib/models.mjs';
import { needsNgspice } from './lib/ngspice.mjs';
import { needsBuild } from './lib/process.mjs';
import { quantity } from './lib/rows.mjs';
import { otaSky130 } from './lib/statistical-decks.mjs';
import { answerOf } from './lib/statistical-run.mjs';

const SAMPLES = 20_000;

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'sky130',
  title: `SKY130 OTA .op with the PDK's own mismatch, the deck as it is, the whole command over ${SAMPLES.toLocaleString('en-US')} samples`,
  needs: () => needsBuild() ?? needsNgspice() ?? SKY130.needs(),
  async run(context) {
    const { rows, runs } = await againstOwnDraws(context, {
      deck: otaSky130,
      samples: SAMPLES,
      resets: 200,
      engines: [{ engine: 'libngspice', overProcesses: 200 }, { engine: 'wasm' }],
    });
    const answers = Object.entries(runs).flatMap(([engine, run]) => {
      const { mean, sigma } = answerOf(run, 'offset');
      return [
        quantity(`mean of the offset, ${engine}`, [mean * 1e6], 'uV'),
        quantity(`sigma of the offset, ${engine}`, [sigma * 1e6], 'uV'),
      ];
    });
    return [...rows, ...answers];
  },
};
