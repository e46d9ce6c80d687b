import { join } from 'node:path';
import { createNormal } from './draws.mjs';
import { monteCarlo } from './monte-carlo.mjs';
import { simulateByProcesses } from './ngspice.mjs';
import { interleave, milliseconds } from './rounds.mjs';
import { compared, quantity } from './rows.mjs';

const BASELINE_DECKS = 60;

/**
 * The whole command on both fast engines against `ngspice -b` per sample, and against a peer where there is one.
 * @param {import('./rows.mjs').Context} context
 * @param {{
 *   circuit: import('./circuits.mjs').Circuit,
 *   samples: number,
 *   wanted: { libngspice: number, wasm: number },
 *   peer?: { needs: () => string | undefined, simulate: () => { seconds: number, processor: number }, wanted: number },
 * }} what
 * @returns {Promise<import('./rows.mjs').Row[]>}
 */
export async function againstProcesses(context, { circuit, samples, wanted, peer }) {
  const normal = createNormal(7);
  const decks = Array.from({ length: BASELINE_DECKS }, () =>
    circuit.plain(circuit.variables.map(({ mean, sigma }) => mean + sigma * normal())),
  );
  const withEngine = (/** @type {string} */ engine) => () => {
    const { seconds, processor } = monteCarlo(circuit, context.folder, { engine, samples });
    return { seconds, processor };
  };
  const peerMissing = peer?.needs();
  const times = await interleave(context, {
    baseline: () => simulateByProcesses(join(context.folder, 'decks'), decks),
    libngspice: withEngine('libngspice'),
    wasm: withEngine('wasm'),
    ...(peer && !peerMissing ? { peer: peer.simulate } : {}),
  });
  const { baseline, libngspice, wasm } = times;
  const perSample = (/** @type {string} */ what, /** @type {Record<string, number[]>} */ { seconds }) =>
    quantity(what, milliseconds(seconds), 'ms per sample');
  const rows = [
    perSample('ngspice -b', baseline),
    perSample('SpiceLab, libngspice', libngspice),
    perSample('SpiceLab, wasm', wasm),
    compared('libngspice over ngspice -b', baseline.seconds, libngspice.seconds, '>=', wanted.libngspice),
    compared('wasm over ngspice -b', baseline.seconds, wasm.seconds, '>=', wanted.wasm),
    ...processorRatios(baseline, { libngspice, wasm }),
  ];
  if (!peer) return rows;
  if (peerMissing) return [...rows, { what: 'PySpice', value: `not run: ${peerMissing}` }];
  return [
    ...rows,
    perSample('PySpice', times.peer),
    compared('libngspice over PySpice', times.peer.seconds, libngspice.seconds, '>=', peer.wanted),
  ];
}

/**
 * Ratios of processor time, which other programs disturb less than the clock.
 * @param {Record<string, number[]>} baseline @param {Record<string, Record<string, number[]>>} engines
 */
const processorRatios = (baseline, engines) =>
  Object.entries(engines).map(([name, { processor }]) =>
    quantity(
      `${name} over ngspice -b, in processor time`,
      processor.map((value, round) => baseline.processor[round] / value),
      'x',
    ),
  );
