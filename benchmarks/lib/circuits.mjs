import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GF180MCU } from './models.mjs';
import { ROOT } from './process.mjs';

const deckFile = (/** @type {string} */ name) => join(ROOT, 'benchmarks/decks', name);

/**
 * A circuit as each contestant takes it.
 * @typedef {object} Circuit
 * @property {string} deck text, every include with its full path
 * @property {readonly { vary: string, alter: string, mean: number, sigma: number }[]} variables
 * @property {string} measure SpiceLab's measurement
 * @property {string} command the analysis, as the simulator is told
 * @property {readonly string[]} vectors what is read after it
 * @property {(values: readonly number[]) => string} plain a deck of one sample that prints `figure = `
 */

/** Normal R (1 %) and C (5 %), 101 points of .ac, bandwidth. @returns {Circuit} */
export function rc() {
  const deck = readFileSync(deckFile('rc.cir'), 'utf8');
  return {
    deck,
    variables: [
      { vary: 'R1', alter: 'alter r1 = ', mean: 1e3, sigma: 10 },
      { vary: 'C1', alter: 'alter c1 = ', mean: 1e-7, sigma: 5e-9 },
    ],
    measure: 'when(vdb(out), -3)',
    command: 'ac dec 20 10 1meg',
    vectors: ['frequency', 'v(out)'],
    plain: ([r, c]) =>
      deck
        .replace('out 1k', `out ${r}`)
        .replace('0 100n', `0 ${c}`)
        .replace('.end', '.save v(out)\n.meas ac figure when vdb(out)=-3\n.end'),
  };
}

/** Normal threshold mismatch of four transistors, one operating point, offset. @returns {Circuit} */
export function ota() {
  const folder = GF180MCU.folder() ?? '';
  const deck = readFileSync(deckFile('ota-gf180.cir'), 'utf8')
    .replace('.include design.ngspice', `.include ${join(folder, 'design.ngspice')}`)
    .replace('.lib sm141064.ngspice', `.lib ${join(folder, 'sm141064.ngspice')}`);
  const devices = ['xm1', 'xm2', 'xm3', 'xm4'];
  return {
    deck,
    variables: devices.map((device, k) => ({
      vary: `${device}.m0.delvto`,
      alter: `alter @m.${device}.m0[delvto] = `,
      mean: 0,
      sigma: k < 2 ? 2e-3 : 3e-3,
    })),
    measure: 'v(out)-v(inp)',
    command: 'op',
    vectors: ['v(out)', 'v(inp)'],
    plain: (values) =>
      deck.replace(
        '.op',
        [
          '.control',
          ...devices.map((device, k) => `alter @m.${device}.m0[delvto] = ${values[k]}`),
          'op',
          'let figure = v(out)-v(inp)',
          'print figure',
          'quit',
          '.endc',
        ].join('\n'),
      ),
  };
}

/** What `spicelab mc` is told, but for the engine and where to. @param {Circuit} circuit */
export const studyArgs = ({ variables, measure }) => [
  ...variables.flatMap(({ vary, mean, sigma }) => ['--vary', `${vary}=normal(${mean},${sigma})`]),
  '--measure',
  `figure=${measure}`,
];
