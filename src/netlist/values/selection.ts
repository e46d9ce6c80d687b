import { readNumber } from '../../expression/index.ts';
import type { ModelCard, Scope } from '../cards.ts';
import type { Elaboration, FlatInstance, FlatModel } from '../elaborate.ts';
import type { ParameterText } from '../tokens.ts';
import { type BinSelection, binsFor } from './bins.ts';
import type { Drawings } from './draws.ts';
import type { Evaluator } from './evaluator.ts';
import { constant } from './fold.ts';
import type { Frame, Written } from './frame.ts';
import { isPlainNumber } from './pieces.ts';
import { quietly } from './quietly.ts';

/** Which model cards the instances of a circuit may select. */
export interface Selection {
  cardsOf(instance: FlatInstance): readonly FlatModel[];
  besideOf(instance: FlatInstance): BinSelection['beside'];
  /** The copy of the scope of a model card that an instance sees. */
  frameOfModel(card: ModelCard, instance: FlatInstance): Frame;
}

export interface SelectionOptions {
  readonly circuit: Elaboration;
  readonly evaluator: Evaluator;
  readonly drawings: Drawings;
  /** Of the geometry of transistors. */
  readonly scale: number;
}

/** Limits of bins that are plain numbers; `open`: an expression. */
type Limit = number | undefined | 'open';

export function createSelection({ circuit, evaluator, drawings, scale }: SelectionOptions): Selection {
  const { frameOf } = evaluator;
  const limits = new Map<ModelCard, Map<string, Limit>>();

  const frameOfModel = (card: ModelCard, instance: FlatInstance): Frame => {
    let frame = frameOf(instance.parent);
    while (frame.caller && !definesModel(frame.scope, card)) frame = frame.caller;
    return frame;
  };

  /** The number that a text is; `undefined` where it is open, or wrong. */
  const known = (written: Written, frame: Frame): number | undefined => {
    const value = quietly(() => drawings.sealed(() => evaluator.evaluate(written, frame)));
    return value && constant(value);
  };

  const sizeOf = (instance: FlatInstance, name: string): number | undefined => {
    const entry = lastOf(instance.card.parameters, name);
    if (!entry) return undefined;
    const written = { ...entry, line: instance.card.line, label: name };
    const value = plainNumber(entry.text) ?? known(written, frameOf(instance.parent));
    return value === undefined ? undefined : value * scale;
  };

  const limitOf = (card: ModelCard, name: string, instance: FlatInstance): number | undefined => {
    const ofCard = limits.get(card) ?? new Map<string, Limit>();
    limits.set(card, ofCard);
    if (!ofCard.has(name)) {
      const entry = lastOf(card.parameters(), name);
      ofCard.set(name, entry && (plainNumber(entry.text) ?? 'open'));
    }
    const limit = ofCard.get(name);
    if (limit !== 'open') return limit;
    const entry = lastOf(card.parameters(), name)!;
    return known({ ...entry, line: card.line, label: name }, frameOfModel(card, instance));
  };

  const selectionOf = memo((instance: FlatInstance): BinSelection => {
    const { model } = instance;
    if (!model?.binned) return { cards: model?.cards ?? [], beside: [] };
    const [l, w] = [sizeOf(instance, 'l'), sizeOf(instance, 'w')];
    const geometry = l === undefined || w === undefined ? undefined : { l, w };
    return binsFor(model.cards, geometry, (card, limit) => limitOf(card, limit, instance));
  });

  let models: Map<string, FlatModel> | undefined;
  const modelNamed = (inside: string, name: string): FlatModel | undefined => {
    models ??= new Map(
      circuit.models.map((model) => [`${model.parent?.name ?? ''}:${model.card.name}`, model]),
    );
    return models.get(`${inside}:${name}`);
  };

  return {
    frameOfModel,
    besideOf: (instance) => selectionOf(instance).beside,
    cardsOf: memo((instance: FlatInstance) =>
      selectionOf(instance).cards.flatMap(
        (card) => modelNamed(frameOfModel(card, instance).instance?.name ?? '', card.name) ?? [],
      ),
    ),
  };
}

const definesModel = (scope: Scope, card: ModelCard): boolean =>
  scope.models.get(card.name) === card || scope.laterModels.includes(card);

const lastOf = (entries: readonly ParameterText[], name: string): ParameterText | undefined =>
  entries.findLast((entry) => entry.name === name);

const plainNumber = (text: string): number | undefined =>
  isPlainNumber(text) ? readNumber(text)?.value : undefined;

function memo<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      known.set(key, value);
    }
    return value;
  };
}
