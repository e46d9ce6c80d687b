import { type Place, SpiceLabError } from '../../errors/index.ts';
import type { InstanceCard } from '../cards.ts';
import type { Line } from '../flatten.ts';
import { plain } from './edit.ts';
import type { PspiceModel } from './models.ts';
import type { TakenNames } from './names.ts';
import type { ModelEntry, Shape, Tolerance } from './tolerance.ts';

/** The `.param`s that stand for the draws of a deck's tolerances. */
export class Deviations {
  readonly #lines: readonly Line[];
  readonly #taken: TakenNames;
  /** Puts a line before the one of that index. */
  readonly #put: (at: number, text: string) => void;
  readonly #placeOf: (line: number) => Place;
  readonly #drawn = new Map<string, { name: string; shape: Shape }>();

  constructor(
    lines: readonly Line[],
    taken: TakenNames,
    put: (at: number, text: string) => void,
    placeOf: (line: number) => Place,
  ) {
    this.#lines = lines;
    this.#taken = taken;
    this.#put = put;
    this.#placeOf = placeOf;
  }

  /** A parameter's value with its deviations, as an expression; without a device only those that all devices share. */
  vary(entry: ModelEntry, model: PspiceModel, device?: InstanceCard): string {
    const value = plain(entry.value);
    const shares: string[] = [];
    const absolute: string[] = [];
    for (const tolerance of entry.tolerances) {
      if (tolerance.kind === 'dev' && !device) continue;
      const deviation = this.#deviation(tolerance, entry, model, device);
      (tolerance.relative ? shares : absolute).push(deviation);
    }
    const factor = `(${['1', ...shares].join('+')})`;
    const product = shares.length === 0 ? value : value === '1' ? factor : `${value}*${factor}`;
    return [product, ...absolute].join('+');
  }

  #deviation(
    { kind, track, shape, amount }: Tolerance,
    entry: ModelEntry,
    model: PspiceModel,
    device: InstanceCard | undefined,
  ): string {
    const at = kind === 'dev' ? device!.line : model.line;
    const who = kind === 'dev' ? device!.name : model.text.name.toLowerCase();
    const tracked = kind === 'dev' ? `${who}_dev_${track}` : `lot_${track}`;
    const wish = track === undefined ? `${who}_${entry.name}_${kind}` : tracked;
    const key = kind === 'lot' && track !== undefined ? tracked : `${at} ${wish}`;
    // what several parameters share is drawn without unit, and so is what has an expression for its size
    const alone = track === undefined && typeof amount === 'number';
    let drawn = this.#drawn.get(key);
    if (!drawn) {
      // names of one subcircuit hide those of others
      drawn = { name: kind === 'lot' ? this.#taken.fresh(wish) : this.#taken.free(wish), shape };
      this.#drawn.set(key, drawn);
      const call = callOf(kind, shape, alone ? amount : 1);
      this.#put(kind === 'lot' ? this.#outermost(at) : at, `.param ${drawn.name}={${call}}`);
    } else if (drawn.shape !== shape) {
      const written = `${kind.toUpperCase()}/${track}`;
      throw new SpiceLabError('DISTRIBUTION_INVALID', `${written} is used with two distributions`, {
        place: this.#placeOf(model.line),
        remedy: `What tracks together is one random number: give every ${written} the same distribution.`,
      });
    }
    return alone ? drawn.name : `${amount}*${drawn.name}`;
  }

  /** Index of the line that opens the outermost subcircuit around this one, or of itself. */
  #outermost(at: number): number {
    let depth = 0;
    let opened = at;
    for (let i = 0; i < at; i++) {
      const { text } = this.#lines[i]!;
      if (/^\.subckt\b/i.test(text) && depth++ === 0) opened = i;
      else if (/^\.ends\b/i.test(text)) depth--;
    }
    return depth > 0 ? opened : at;
  }
}

function callOf(kind: Tolerance['kind'], shape: Shape, amount: number): string {
  if (typeof shape === 'string') return `pspice_${kind}_${shape}(${amount})`;
  return `pspice_${kind}_corners(${[amount, ...shape].join(',')})`;
}
