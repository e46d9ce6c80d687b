import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './process.mjs';

/**
 * Device models that the project does not ship.
 * @typedef {object} Models
 * @property {readonly string[]} files
 * @property {() => string | undefined} folder where they are; `undefined` where they are not
 * @property {() => string | undefined} needs why a benchmark of them cannot run here
 */

/** @param {string} title @param {string} variable @param {string} shared @param {readonly string[]} files @returns {Models} */
function models(title, variable, shared, files) {
  const folder = () => {
    const place = resolve(process.env[variable] ?? join(ROOT, '../shared/data', shared));
    return files.every((file) => existsSync(join(place, file))) ? place : undefined;
  };
  const missing = `the ${title} models are not there: set ${variable} to the folder of ${files.at(-1)}`;
  return { files, folder, needs: () => (folder() ? undefined : missing) };
}

export const GF180MCU = models('GF180MCU', 'SPICELAB_GF180MCU', 'gf180mcu', [
  'design.ngspice',
  'sm141064.ngspice',
]);

export const SKY130 = models('SKY130', 'SPICELAB_SKY130', 'sky130', [
  'parameters_fet_tt.spice',
  'parameters_res_nom.spice',
  'parameters_cap_nom.spice',
  'models_global.spice',
  'sky130_fd_pr__pfet_01v8.spice',
  'sky130_fd_pr__nfet_01v8.spice',
]);
