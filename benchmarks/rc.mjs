import { againstProcesses } from './lib/against-processes.mjs';
import { rc } from './lib/circuits.mjs';
import { needsNgspice } from './lib/ngspice.mjs';
import { needsBuild } from './lib/process.mjs';
import { needsPySpice, simulateByPySpice } from './lib/pyspice.mjs';

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'rc',
  title: 'RC .ac, the whole command over 5,000 samples, against a process per sample and PySpice',
  needs: () => needsBuild() ?? needsNgspice(),
  run: (context) =>
    againstProcesses(context, {
      circuit: rc(),
      samples: 5000,
      wanted: { libngspice: 60, wasm: 25 },
      peer: { needs: needsPySpice, simulate: simulateByPySpice, wanted: 4 },
    }),
};
