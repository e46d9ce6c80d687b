import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DATA = resolve(import.meta.dirname, '../../../shared/data');
const DECKS = resolve(import.meta.dirname, '../../benchmarks/decks');

/** Whether the models of open PDKs stand beside the checkout; prints why tests are skipped where they do not. */
export function hasModels(): boolean {
  const found = existsSync(join(DATA, 'gf180mcu')) && existsSync(join(DATA, 'sky130'));
  if (!found) console.warn('skipped: no models of GF180MCU and SKY130 beside the checkout');
  return found;
}

/** A deck's `.include` and `.lib` lines with the folder of the models. */
const withModels = (lines: readonly string[], pdk: 'gf180mcu' | 'sky130') =>
  lines.map((line) => line.replace(/^(\.(?:include|lib)) /, `$1 ${join(DATA, pdk)}/`));

/** A deck of the benchmarks without its title, its analyses, its measurements and its end. */
export function benchmarkDeck(name: string): string[] {
  const [, ...lines] = readFileSync(join(DECKS, `${name}.cir`), 'utf8')
    .trimEnd()
    .split('\n');
  const circuit = lines.filter((line) => !/^\.(op|dc|ac|tran|meas|end)\b/.test(line));
  return withModels(circuit, name.endsWith('sky130') ? 'sky130' : 'gf180mcu');
}

/** Transistors at fixed voltages, a source at each drain: what a device has of its own and what it shares shows in its current. */
export function gf180Devices(...settings: readonly string[]): string[] {
  const nmos = (k: number, w: string, l: string) => [
    `vn${k} dn${k} 0 1`,
    `xn${k} dn${k} gn 0 0 nfet_03v3 w=${w} l=${l}`,
  ];
  const pmos = (k: number, w: string, l: string) => [
    `vp${k} dp${k} 0 2.3`,
    `xp${k} dp${k} gp vdd vdd pfet_03v3 w=${w} l=${l}`,
  ];
  return withModels(
    [
      '.include design.ngspice',
      ...settings,
      '.lib sm141064.ngspice statistical',
      ...['vdd vdd 0 3.3', 'vgn gn 0 1', 'vgp gp 0 2.2'],
      ...nmos(1, '2u', '0.5u'),
      ...nmos(2, '2u', '0.5u'),
      ...nmos(3, '10u', '1u'),
      ...pmos(1, '4u', '0.5u'),
      ...pmos(2, '4u', '0.5u'),
    ],
    'gf180mcu',
  );
}

const SKY130_FILES = [
  'parameters_fet_tt',
  'parameters_res_nom',
  'parameters_cap_nom',
  'models_global',
  'sky130_fd_pr__nfet_01v8',
  'sky130_fd_pr__pfet_01v8',
];

/**
 * The same of SKY130. `drawnOnce`: a text of the PDK in which every global statistical `.param` is a copy of another, so
 * that ngspice draws it once per sample.
 */
export function sky130Devices(settings: string, { drawnOnce }: { readonly drawnOnce: boolean }): string[] {
  const files = SKY130_FILES.map((name) => `.include ${name}.spice`);
  const written = drawnOnce
    ? [...copied(SKY130_FILES[0]!), ...withModels(files.slice(1), 'sky130')]
    : withModels(files, 'sky130');
  const nmos = [1, 2].flatMap((k) => [
    `vn${k} dn${k} 0 1`,
    `xn${k} dn${k} gn 0 0 sky130_fd_pr__nfet_01v8 w=2 l=0.5`,
  ]);
  const pmos = [1, 2].flatMap((k) => [
    `vp${k} dp${k} 0 0.8`,
    `xp${k} dp${k} gp vdd vdd sky130_fd_pr__pfet_01v8 w=4 l=0.5`,
  ]);
  return [
    `.param ${settings} corner_factor=1 process_mc_factor=1 mismatch_factor=1`,
    ...written,
    ...['vdd vdd 0 1.8', 'vgn gn 0 0.9', 'vgp gp 0 0.7'],
    ...nmos,
    ...pmos,
  ];
}

function copied(name: string): string[] {
  const text = readFileSync(join(DATA, 'sky130', `${name}.spice`), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, parameter, value] = /^\.param\s+(\w+)\s*=(.*gauss\(.*)$/i.exec(line) ?? [];
    return parameter
      ? [`.param drawn_${parameter} =${value}`, `.param ${parameter} = drawn_${parameter}`]
      : [line];
  });
}
