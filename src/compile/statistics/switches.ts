import type { Deck } from '../../netlist/index.ts';
import type { DrawClass } from '../types.ts';

/** A top-level parameter that turns draws on and off. */
export interface SwitchParameter {
  readonly name: string;
  /** In the deck. */
  readonly value: number;
  /** What a PDK's switch gates by its name; `undefined`: not a known one. */
  readonly class: DrawClass | undefined;
}

/** GF180MCU: sw_stat_*; SKY130: MC_*_SWITCH. */
const KNOWN: ReadonlyMap<string, DrawClass> = new Map([
  ['sw_stat_global', 'process'],
  ['sw_stat_mismatch', 'mismatch'],
  ['mc_pr_switch', 'process'],
  ['mc_mm_switch', 'mismatch'],
]);

/** Most parameters that are tried where no known switch helps. */
const MOST_TRIED = 40;

/** The switches that PDKs are known to have, as far as the deck defines them. */
export function knownSwitches(deck: Deck): SwitchParameter[] {
  return [...KNOWN].flatMap(([name, drawn]) => {
    const value = deck.parameters.value(name);
    return value === undefined ? [] : [{ name, value, class: drawn }];
  });
}

/** Parameters of the top level that are written as 0 and may be switches. */
export function possibleSwitches(deck: Deck): SwitchParameter[] {
  return deck.parameters.names
    .filter((name) => !KNOWN.has(name) && /^[+-]?0*\.?0*$/.test(deck.parameters.text(name) ?? '-'))
    .slice(0, MOST_TRIED)
    .map((name) => ({ name, value: 0, class: undefined }));
}

/** Whether a definition mentions a switch of that class: what it draws is meant for it, however it is used. */
export function mentionsSwitch(text: string, wanted: DrawClass): boolean {
  const words = text.toLowerCase().match(/[a-z_]\w*/g) ?? [];
  return words.some((word) => KNOWN.get(word) === wanted);
}
