import { type Place, SpiceLabError } from '../../errors/index.ts';
import { parseExpression, readNumber, references } from '../../expression/index.ts';
import { type InstanceCard, readCards, type Scope } from '../cards.ts';
import { DEVICE_KINDS, type DeviceKind } from '../devices.ts';
import type { Line } from '../flatten.ts';
import { type Token, unwrap } from '../tokens.ts';
import { findModel } from '../visible.ts';
import { Deviations } from './deviations.ts';
import { type Edit, edited, plain } from './edit.ts';
import { type PspiceModel, readModels } from './models.ts';
import { TakenNames } from './names.ts';
import { readShapes, withoutDefault } from './shapes.ts';
import type { ModelEntry } from './tolerance.ts';

const ONLY_PSPICE = /^\.(?:distribution\b|model\s+\S+\s*(?:ako:|(?:cap|ind)\b))/i;
const TOLERANCED = /^\.model\s+\S+\s.*[\s\d%(})'"](?:dev|lot)(?:\/[\w./]*)?(?=[\s=)]|$)/i;

export const hasTolerance = (text: string): boolean => TOLERANCED.test(text);
/** Whether a line is one that ngspice cannot read and PSpice can. */
export const isPspice = (text: string): boolean => ONLY_PSPICE.test(text) || hasTolerance(text);

/**
 * A PSpice deck's models as what ngspice knows, their tolerances as `.param`s that draw (PSpice Reference Guide, `.MODEL` and
 * `.DISTRIBUTION`): `LOT` draws once for all devices of a model, `DEV` once for each device, whose model becomes its own copy;
 * the two add up. `R=`, `C=` and `L=` of RES, CAP and IND models multiply the value on the device's line.
 * @throws SpiceLabError DECK_SYNTAX, DISTRIBUTION_INVALID, MODEL_UNDEFINED
 */
export function translatePspice(lines: readonly Line[], placeOf: (line: Line) => Place): Line[] {
  return new Translation(lines, placeOf).run();
}

class Translation {
  readonly #lines: readonly Line[];
  readonly #root: Scope;
  readonly #models: ReadonlyMap<Scope, ReadonlyMap<string, PspiceModel>>;
  readonly #taken: TakenNames;
  readonly #deviations: Deviations;
  readonly #placeOf: (at: number) => Place;
  /** By index: lines to put before, and texts to take instead (`undefined`: none). */
  readonly #before = new Map<number, Line[]>();
  readonly #replaced = new Map<number, string | undefined>();

  constructor(lines: readonly Line[], placeOf: (line: Line) => Place) {
    this.#lines = lines;
    this.#placeOf = (at) => placeOf(lines[at]!);
    this.#taken = new TakenNames(lines);
    this.#deviations = new Deviations(lines, this.#taken, this.#put.bind(this), this.#placeOf);
    this.#root = readCards(lines, this.#placeOf);
    const shapes = readShapes(lines.map((line) => ({ text: line.text, place: placeOf(line) })));
    this.#models = readModels(this.#root, lines, shapes, this.#placeOf);
  }

  run(): Line[] {
    this.#lines.forEach(({ text }, at) => {
      if (/^\.distribution\b/i.test(text)) this.#replaced.set(at, undefined);
      else if (/^\.opt\w*\s.*\bdistribution\s*=/i.test(text)) this.#replaced.set(at, withoutDefault(text));
    });
    for (const models of this.#models.values()) {
      for (const model of models.values()) {
        if (!model.asNgspice) this.#replaced.set(model.line, this.#modelLine(model, model.text.name));
      }
    }
    this.#readDevices(this.#root);
    return this.#lines.flatMap((line, at) => {
      const before = this.#before.get(at) ?? [];
      if (!this.#replaced.has(at)) return [...before, line];
      const text = this.#replaced.get(at);
      return text === undefined ? before : [...before, { ...line, text }];
    });
  }

  #readDevices(scope: Scope): void {
    for (const card of scope.instances) this.#readDevice(card, scope);
    for (const inner of scope.subcircuits.values()) this.#readDevices(inner);
  }

  #readDevice(card: InstanceCard, scope: Scope): void {
    const kind = DEVICE_KINDS.get(card.letter);
    if (!kind || kind.model === 'none') return;
    for (const word of card.words.slice(kind.nodes)) {
      const use = findModel(word.text.toLowerCase(), scope);
      if (!use) continue;
      const models = use.cards.flatMap(({ name }) => this.#find(name, scope) ?? []);
      const edits = this.#editsOf(card, kind, word, models);
      if (edits.length === 0) return;
      for (const model of models) this.#requireSameMeaning(model, scope);
      this.#replaced.set(card.line, edited(this.#lines[card.line]!.text, edits));
      return;
    }
  }

  #find(name: string, from: Scope): PspiceModel | undefined {
    for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
      if (scope.models.has(name)) return this.#models.get(scope)?.get(name);
    }
    return undefined;
  }

  #editsOf(card: InstanceCard, kind: DeviceKind, used: Token, models: readonly PspiceModel[]): Edit[] {
    const edits: Edit[] = [];
    const multiplier = models[0]?.multiplier;
    if (multiplier) edits.push(this.#multiply(card, kind, used, models[0]!, multiplier));
    if (models.some(hasOwnDraws)) {
      const name = this.#taken.free(`${used.text}__${card.name}`);
      for (const model of models) {
        const bin = models.length > 1 ? /\.\d+$/.exec(model.text.name)![0] : '';
        this.#put(card.line, this.#modelLine(model, name + bin, card));
      }
      edits.push({ start: used.start, end: used.end, text: name });
    }
    return edits;
  }

  #multiply(
    card: InstanceCard,
    kind: DeviceKind,
    used: Token,
    model: PspiceModel,
    multiplier: ModelEntry,
  ): Edit {
    const factor = this.#deviations.vary(multiplier, model, card);
    const value =
      card.parameters.find(({ name }) => name === kind.value?.name) ??
      card.words.slice(kind.nodes).find((word) => word !== used && /^[-+.\d{'"(]/.test(word.text));
    return value
      ? { start: value.start, end: value.end, text: `{${plain(value.text)}*(${factor})}` }
      : { start: used.end, end: used.end, text: ` {${factor}}` };
  }

  /** The line of a model for all of its devices, or with the draws of one device's own. */
  #modelLine(model: PspiceModel, name: string, device?: InstanceCard): string {
    const { text, type, multiplier } = model;
    const entries = text.entries
      .filter((entry) => entry !== multiplier)
      .map((entry) =>
        entry.tolerances.length === 0
          ? `${entry.name}=${entry.value}`
          : `${entry.name}={${this.#deviations.vary(entry, model, device)}}`,
      );
    const list = entries.length > 0 ? [`(${entries.join(' ')})`] : [];
    return ['.model', name, type, ...text.words, ...list].join(' ');
  }

  #put(at: number, text: string): void {
    const { source, line } = this.#lines[at]!;
    this.#before.set(at, [...(this.#before.get(at) ?? []), { text, source, line }]);
  }

  /** A parameter's text that moves from a model into a subcircuit must not meet another name there. */
  #requireSameMeaning(model: PspiceModel, from: Scope): void {
    if (from === model.scope) return;
    const names = model.text.entries.flatMap(({ value, tolerances }) => [
      ...namesIn(value),
      ...tolerances.flatMap(({ amount }) => (typeof amount === 'string' ? namesIn(amount) : [])),
    ]);
    for (let scope: Scope | undefined = from; scope && scope !== model.scope; scope = scope.parent) {
      const own = new Set([...scope.defaults, ...scope.parameters].map(({ name }) => name));
      const clash = names.find((name) => own.has(name));
      if (clash === undefined) continue;
      throw new SpiceLabError(
        'DECK_SYNTAX',
        `the model ${model.text.name} uses the parameter ${clash}, which means something else inside ${scope.name}`,
        {
          place: this.#placeOf(model.line),
          remedy: `Give the parameter ${clash} of the subcircuit another name.`,
        },
      );
    }
  }
}

/** Whether each device of the model has one of its own. */
const hasOwnDraws = ({ text, multiplier }: PspiceModel): boolean =>
  text.entries.some((entry) => entry !== multiplier && entry.tolerances.some(({ kind }) => kind === 'dev'));

function namesIn(text: string): readonly string[] {
  const inside = unwrap(text);
  if (readNumber(inside)) return [];
  try {
    return references(parseExpression(inside)).names;
  } catch {
    return [];
  }
}
