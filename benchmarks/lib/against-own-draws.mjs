import { join } from 'node:path';
import { simulateByProcesses } from './ngspice.mjs';
import { simulateByReset } from './reset-loop.mjs';
import { interleave, milliseconds } from './rounds.mjs';
import { compared, quantity } from './rows.mjs';
import { steadySeconds } from './run-folder.mjs';
import { controlled, place } from './statistical-decks.mjs';
import { statisticalRun } from './statistical-run.mjs';

const PROCESSES = 40;

/**
 * The whole command on a deck that draws for itself, against what ngspice does with it.
 * @typedef {object} OwnDraws
 * @property {import('./statistical-decks.mjs').StatisticalDeck} deck
 * @property {string} [prefix] of the rows
 * @property {number} samples of SpiceLab's runs
 * @property {number} resets samples of the reset loop
 * @property {readonly { engine: string, overProcesses?: number, overReset?: number }[]} engines and the least ratios wanted
 * @property {Record<string, () => import('./rounds.mjs').Figures>} [others] further contestants, measured in turn with these
 */

/**
 * @param {import('./rows.mjs').Context} context @param {OwnDraws} what
 * @returns {Promise<{ rows: import('./rows.mjs').Row[], times: Record<string, import('./rounds.mjs').FiguresByRound>, runs: Record<string, string> }>}
 */
export async function againstOwnDraws(context, { deck, prefix = '', samples, resets, engines, others = {} }) {
  const processes = join(context.folder, 'processes');
  place(deck, processes);
  const plain = Array.from({ length: PROCESSES }, () => controlled(deck, deck.commands));
  /** @type {Record<string, string>} */
  const runs = {};
  const withEngine = (/** @type {string} */ engine) => () => {
    const { run, ...figures } = statisticalRun(deck, context.folder, { engine, samples });
    runs[engine] = run;
    return { ...figures, steady: steadySeconds(run, 0.1) };
  };
  const times = await interleave(context, {
    'ngspice -b': () => simulateByProcesses(processes, plain),
    'reset loop': () => simulateByReset(deck, join(context.folder, 'loop'), resets),
    ...Object.fromEntries(engines.map(({ engine }) => [engine, withEngine(engine)])),
    ...others,
  });
  const perSample = (/** @type {string} */ what, /** @type {string} */ name) =>
    quantity(`${prefix}${what}`, milliseconds(times[name].seconds), 'ms per sample');
  const ratio = (
    /** @type {string} */ engine,
    /** @type {string} */ over,
    /** @type {number | undefined} */ least,
  ) => compared(`${prefix}${engine} over ${over}`, times[over].seconds, times[engine].seconds, '>=', least);
  const rows = [
    perSample('ngspice -b', 'ngspice -b'),
    perSample("ngspice's reset loop", 'reset loop'),
    ...engines.flatMap(({ engine, overProcesses, overReset }) => [
      perSample(`SpiceLab, ${engine}`, engine),
      ratio(engine, 'ngspice -b', overProcesses),
      ratio(engine, 'reset loop', overReset),
    ]),
  ];
  return { rows, times, runs };
}
