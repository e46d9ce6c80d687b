import { againstOwnDraws } from './lib/against-own-draws.mjs';
import { GF180MCU } from './lib/models.mjs';
import { needsNgspice } from './lib/ngspice.mjs';
import { needsBuild } from './lib/process.mjs';
import { opamp, ring, sram } from './lib/statistical-decks.mjs';

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'transient',
  title:
    'GF180MCU, process and mismatch, where the simulation takes the time: ring oscillator .tran, memory cell .dc, op-amp .ac, the whole command',
  needs: () => needsBuild() ?? needsNgspice() ?? GF180MCU.needs(),
  async run(context) {
    const rows = [];
    for (const { deck, prefix, samples, overReset } of [
      { deck: ring, prefix: 'ring .tran: ', samples: 1000, overReset: 1 },
      { deck: sram, prefix: 'SRAM .dc: ', samples: 3000, overReset: 1 },
      { deck: opamp, prefix: 'op-amp .ac: ', samples: 3000, overReset: undefined },
    ])
      rows.push(
        ...(
          await againstOwnDraws(context, {
            ...{ deck, prefix, samples, resets: 500 },
            engines: [{ engine: 'libngspice', overReset }],
          })
        ).rows,
      );
    return rows;
  },
};
