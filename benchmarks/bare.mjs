import { bareCircuit, simulateByBareLibrary } from './lib/bare-library.mjs';
import { ota, rc } from './lib/circuits.mjs';
import { needsLibngspice } from './lib/libngspice.mjs';
import { GF180MCU } from './lib/models.mjs';
import { monteCarlo } from './lib/monte-carlo.mjs';
import { needsBuild } from './lib/process.mjs';
import { interleave, milliseconds } from './lib/rounds.mjs';
import { compared, quantity } from './lib/rows.mjs';
import { steadySeconds } from './lib/run-folder.mjs';

const SAMPLES = 20_000;

/** @type {import('./lib/rows.mjs').Benchmark} */
export const benchmark = {
  name: 'bare',
  title: `SpiceLab's libngspice engine in its worker against the bare library in a loop, once warm, ${SAMPLES.toLocaleString('en-US')} samples`,
  needs: () => needsBuild() ?? needsLibngspice(),
  async run(context) {
    const rows = await against(context, 'RC .ac', rc(), 1.5);
    const missing = GF180MCU.needs();
    if (missing) return [...rows, { what: 'GF180MCU OTA .op', value: `not run: ${missing}` }];
    return [...rows, ...(await against(context, 'GF180MCU OTA .op', ota(), 1.15))];
  },
};

/**
 * @param {import('./lib/rows.mjs').Context} context @param {string} name
 * @param {import('./lib/circuits.mjs').Circuit} circuit @param {number} most
 */
async function against(context, name, circuit, most) {
  const { bare, spicelab } = await interleave(context, {
    bare: () => simulateByBareLibrary(bareCircuit(circuit), context.folder, SAMPLES),
    spicelab: () => {
      const { run } = monteCarlo(circuit, context.folder, { engine: 'libngspice', samples: SAMPLES });
      return { seconds: steadySeconds(run, 0.1) };
    },
  });
  return [
    quantity(`${name}: the bare library`, milliseconds(bare.seconds), 'ms per sample'),
    quantity(`${name}: SpiceLab`, milliseconds(spicelab.seconds), 'ms per sample'),
    compared(`${name}: SpiceLab over bare`, spicelab.seconds, bare.seconds, '<=', most),
  ];
}
