import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { GF180MCU, SKY130 } from './models.mjs';
import { ROOT } from './process.mjs';

/**
 * A deck that draws for itself, and what each contestant is told beside it.
 * @typedef {object} StatisticalDeck
 * @property {string} file in benchmarks/decks
 * @property {import('./models.mjs').Models} models
 * @property {readonly string[]} measure SpiceLab's measurements; none where the deck has `.meas` lines
 * @property {readonly string[]} commands one sample in the simulator's own words, which prints `figure = `
 */

/** Offset of a five-transistor OTA, GF180MCU's mismatch. @type {StatisticalDeck} */
export const otaGf180 = {
  file: 'ota-mismatch-gf180.cir',
  models: GF180MCU,
  measure: ['offset=v(out)-v(inp)'],
  commands: ['op', 'let figure = v(out)-v(inp)', 'print figure'],
};

/** The same with SKY130's. @type {StatisticalDeck} */
export const otaSky130 = { ...otaGf180, file: 'ota-mismatch-sky130.cir', models: SKY130 };

/** Period of a ring oscillator, process and mismatch. @type {StatisticalDeck} */
export const ring = {
  file: 'ring-gf180.cir',
  models: GF180MCU,
  measure: [],
  commands: ['tran 20p 5n uic', 'meas tran figure trig v(n1) val=1.65 rise=2 targ v(n1) val=1.65 rise=4'],
};

/** Gain, unity-gain frequency and phase margin of an op-amp, process and mismatch. @type {StatisticalDeck} */
export const opamp = {
  file: 'opamp-gf180.cir',
  models: GF180MCU,
  measure: ['gain=at(vdb(out),100)', 'gbw=unity_gain(v(out))', 'pm=phase_margin(v(out))'],
  commands: [
    'ac dec 20 10 1g',
    'meas ac gain find vdb(out) at=100',
    'meas ac figure when vdb(out)=0',
    'meas ac phase find vp(out) when vdb(out)=0',
  ],
};

/** Both lobes of a memory cell's butterfly, process and mismatch. @type {StatisticalDeck} */
export const sram = {
  file: 'sram-gf180.cir',
  models: GF180MCU,
  measure: ['snm=min(max(v(d)), -min(v(d)))/sqrt(2)'],
  commands: ['dc vu -2.3 2.3 0.02', 'meas dc figure max v(d)', 'meas dc lower min v(d)'],
};

/** The deck, unchanged, in a folder with its models. @param {StatisticalDeck} deck @param {string} folder @returns {string} its path */
export function place({ file, models }, folder) {
  mkdirSync(folder, { recursive: true });
  const source = models.folder() ?? '';
  for (const model of models.files)
    if (!existsSync(join(folder, model))) symlinkSync(join(source, model), join(folder, model));
  const path = join(folder, file);
  copyFileSync(join(ROOT, 'benchmarks/decks', file), path);
  return path;
}

/**
 * The deck's text with a `.control` block instead of its own analyses.
 * @param {StatisticalDeck} deck @param {readonly string[]} commands
 */
export function controlled({ file }, commands) {
  const text = readFileSync(join(ROOT, 'benchmarks/decks', file), 'utf8');
  const circuit = text.replace(/^\.(op|dc|ac|tran|meas|end)\b.*\n/gm, '');
  return `${circuit}.control\n${commands.join('\n')}\nquit\n.endc\n.end\n`;
}
