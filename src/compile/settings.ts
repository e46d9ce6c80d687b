import { SpiceLabError } from '../errors/index.ts';
import type { Deck } from '../netlist/index.ts';
import { printExact, type Variable } from '../plan/index.ts';
import type { Resolved } from './distribution.ts';
import { locate, type NamedDraws } from './locate.ts';
import type { Match } from './match.ts';

/** One thing of the circuit that samples set: by a drawn variable, by an axis, or by both. */
export interface Setting {
  readonly key: string;
  /** As the user spells it, for messages. */
  readonly written: string;
  /** What it is in each circuit of the plan. */
  readonly matches: readonly Match[];
  readonly nominal: number | undefined;
  readonly passedOver: readonly string[];
  random?: { readonly variable: number; readonly resolved: Resolved };
  axis?: { readonly variable: number; readonly what: string };
}

/** Collects variables and what they set, over all circuits of a plan. */
export class Settings {
  readonly variables: Variable[] = [];
  readonly #decks: readonly Deck[];
  readonly #draws: readonly NamedDraws[];
  readonly #byKey = new Map<string, Setting>();
  readonly #names = new Set<string>();

  /** @param draws of each deck, as targets */
  constructor(decks: readonly Deck[], draws: readonly NamedDraws[] = []) {
    this.#decks = decks;
    this.#draws = draws;
  }

  all(): readonly Setting[] {
    return [...this.#byKey.values()].filter((setting) => setting.random || setting.axis);
  }

  /**
   * What a target means; the same settings for every spelling of it.
   * @throws SpiceLabError TARGET_UNKNOWN, also where only some corners' circuits have it
   */
  resolve(written: string): { settings: Setting[]; wildcard: boolean } {
    const located = this.#decks.map((deck, i) => locate(deck, written, this.#draws[i]));
    const first = located[0]!;
    const wildcard = /[*?]/.test(written);
    const settings = first.matches.map((match) => {
      const matches = located.map(({ matches: found }) => found.find(({ key }) => key === match.key));
      if (matches.includes(undefined)) {
        throw new SpiceLabError('TARGET_UNKNOWN', `"${match.name}" is not the same thing in every corner`, {
          place: match.place,
          remedy: "Vary something that the circuits of all corners' library sections have.",
        });
      }
      const known = this.#byKey.get(match.key);
      if (known) return known;
      const setting: Setting = {
        key: match.key,
        written: wildcard ? match.name : written.trim(),
        matches: matches as Match[],
        nominal: match.nominal,
        passedOver: first.passedOver,
      };
      this.#byKey.set(match.key, setting);
      return setting;
    });
    return { settings, wildcard };
  }

  find(key: string): Setting | undefined {
    const setting = this.#byKey.get(key);
    return setting?.random || setting?.axis ? setting : undefined;
  }

  /** Adds a variable under a name that no other has. */
  add(variable: Variable): number {
    let { name } = variable;
    for (let count = 2; this.#names.has(name.toLowerCase()); count++) name = `${variable.name}#${count}`;
    this.#names.add(name.toLowerCase());
    return this.variables.push({ ...variable, name }) - 1;
  }
}

/** Indices of the variables that a setting follows. */
export const settingVariables = ({ axis, random }: Setting): number[] =>
  [axis, random].flatMap((entry) => (entry ? [entry.variable] : []));

/**
 * The value of a setting as an expression over `$k`. Where it is both drawn and on an axis, the axis' value takes the
 * place of the distribution's centre: tolerances in % scale with it, absolute ones stay.
 * @throws SpiceLabError STUDY_INVALID for a distribution without a centre
 */
export function settingValue(setting: Setting): string {
  const { random, axis } = setting;
  if (!random) return `$${axis!.variable}`;
  if (!axis) return `$${random.variable}`;
  const { centre, relative } = random.resolved;
  if (centre === undefined) {
    throw new SpiceLabError(
      'STUDY_INVALID',
      `${setting.written} has a distribution without a nominal value and is also set by ${axis.what}`,
      { remedy: `Take it out of ${axis.what}, or give it a distribution with a nominal value.` },
    );
  }
  if (relative && centre !== 0) return `$${random.variable}*($${axis.variable}/(${printExact(centre)}))`;
  return `$${random.variable}+($${axis.variable}-(${printExact(centre)}))`;
}
