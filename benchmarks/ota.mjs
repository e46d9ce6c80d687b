import { againstProcesses } from './lib/against-processes.mjs';
import { ota } from './lib/circuits.mjs';
import { GF180MCU } from './lib/models.mjs';
import { needsNgspice } from './lib/ngspice.mjs';
import { needsBuild } from './lib/process.mjs';

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'ota',
  title:
    'GF180MCU OTA .op with four delvto, the whole command over 20,000 samples, against a process per sample',
  needs: () => needsBuild() ?? needsNgspice() ?? GF180MCU.needs(),
  run: (context) =>
    againstProcesses(context, { circuit: ota(), samples: 20_000, wanted: { libngspice: 300, wasm: 120 } }),
};
