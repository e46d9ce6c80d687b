import { type Place, SpiceLabError } from '../../errors/index.ts';
import type { Scope } from '../cards.ts';
import type { Line } from '../flatten.ts';
import { type ModelEntry, type ModelText, readModelText, type Shapes } from './tolerance.ts';

/** A model card as PSpice reads it. */
export interface PspiceModel {
  readonly text: ModelText;
  readonly scope: Scope;
  /** Index into the deck's lines. */
  readonly line: number;
  /** As ngspice calls it. */
  readonly type: string;
  /** What multiplies the value of each device of the model. */
  readonly multiplier: ModelEntry | undefined;
  /** ngspice reads it the same way. */
  readonly asNgspice: boolean;
}

/** Types that multiply the value of a device by the parameter of this name, which is also how ngspice calls them. */
const PASSIVE: Readonly<Record<string, string>> = { res: 'r', cap: 'c', ind: 'l', r: 'r', c: 'c', l: 'l' };

/**
 * The models of each scope. PSpice's own are those with tolerances, kinds of another (`AKO:`), and the types RES, CAP and IND.
 * @throws SpiceLabError DECK_SYNTAX, DISTRIBUTION_INVALID, MODEL_UNDEFINED
 */
export function readModels(
  root: Scope,
  lines: readonly Line[],
  shapes: Shapes,
  placeOf: (line: number) => Place,
): Map<Scope, Map<string, PspiceModel>> {
  const models = new Map<Scope, Map<string, PspiceModel>>();
  const visit = (scope: Scope, around: ReadonlyMap<string, ModelText>): void => {
    const cards = [...scope.models.values()];
    const texts = new Map(around);
    for (const { name, line } of cards) {
      texts.set(name, readModelText(lines[line]!.text, shapes, placeOf(line)));
    }
    const read = cards.map(({ name, type: written, line }): [string, PspiceModel] => {
      const text = withBase(texts.get(name)!, texts, placeOf(line));
      const type = PASSIVE[text.type] ?? text.type;
      const multiplier = multiplierOf(text);
      const asNgspice = written === type && !multiplier && !text.entries.some(isToleranced);
      return [name, { text, scope, line, type, multiplier, asNgspice }];
    });
    models.set(scope, new Map(read));
    for (const inner of scope.subcircuits.values()) visit(inner, texts);
  };
  visit(root, new Map());
  return models;
}

const isToleranced = (entry: ModelEntry): boolean => entry.tolerances.length > 0;

/** ngspice's own short type names mean a default value by that parameter, unless it has a tolerance. */
function multiplierOf({ type, entries }: ModelText): ModelEntry | undefined {
  const entry = entries.find(({ name }) => name === PASSIVE[type]);
  return entry && (type.length > 1 || isToleranced(entry)) ? entry : undefined;
}

/** An `AKO:` model with what it takes over from its base. */
function withBase(
  text: ModelText,
  texts: ReadonlyMap<string, ModelText>,
  place: Place,
  derived: readonly string[] = [],
): ModelText {
  const base = /^ako:(.*)$/.exec(text.type)?.[1];
  if (base === undefined) return text;
  const found = texts.get(base);
  if (!found || derived.includes(base)) {
    throw new SpiceLabError('MODEL_UNDEFINED', `${text.name} is a kind of "${base}", which is not defined`, {
      place,
      remedy: 'Add the .model line of its base, or the .include or .lib line of the file that has it.',
    });
  }
  const whole = withBase(found, texts, place, [...derived, base]);
  const own = new Set(text.entries.map((entry) => entry.name));
  const entries = [...whole.entries.filter((entry) => !own.has(entry.name)), ...text.entries];
  return { name: text.name, type: whole.type, words: whole.words, entries };
}
