import {
  type Deck,
  evaluateIn,
  type FlatInstance,
  type FlatModel,
  type ModelCard,
} from '../netlist/index.ts';
import type { Match, OpenAssignment, SlotPlace } from './match.ts';

/** Parameters that choose what a model is, not how it behaves: only a load sets them. */
export const STRUCTURAL = /^(?:level|version|lmin|lmax|wmin|wmax|\w*mod)$/;

/** A parameter of one `.model` line, with every copy that subcircuits made of it. */
export function matchModel(deck: Deck, models: readonly FlatModel[], parameter: string): Match | undefined {
  const first = models[0];
  if (!first) return undefined;
  const { card } = first;
  const written = card.parameters().findLast(({ name }) => name === parameter);
  const against = reasonAgainstAltermod(deck, models, parameter);
  const altered = against === undefined;
  const assignments: OpenAssignment[] = altered
    ? models.map((model) => ({ kind: 'altermod', model: model.flatName, parameter }))
    : [];
  const insertion = card.parameters().at(-1)?.end ?? deck.lines[card.line]!.text.length;
  const place: SlotPlace = written
    ? { line: card.line, start: written.start, end: written.end, prefix: '', nominal: written.text }
    : { line: card.line, start: insertion, end: insertion, prefix: ` ${parameter}=`, nominal: '' };
  const instance = deck.circuit.instances.find((candidate) => candidate.scope === first.scope);
  return {
    key: `model:${first.scope.name}:${card.name}[${parameter}]`,
    name: `${card.name}[${parameter}]`,
    kind: 'model parameter',
    unit: modelUnit(parameter),
    nominal: written ? evaluateIn(written.text, instance, deck.parameters) : undefined,
    slots: [place],
    assignments,
    why: altered
      ? `altermod on ${models.map((model) => model.flatName).join(', ')}`
      : `${against}: the deck is loaded anew for every sample`,
    place: deck.placeOf(deck.lines[card.line]!),
  };
}

/** ngspice creates only the models (and the bins of one) that a device selects; `altermod` does not find the others. */
function reasonAgainstAltermod(
  deck: Deck,
  models: readonly FlatModel[],
  parameter: string,
): string | undefined {
  if (STRUCTURAL.test(parameter)) return `${parameter} chooses the model`;
  const { card } = models[0]!;
  const users = deck.circuit.instances.filter((instance) => instance.model?.cards.includes(card));
  if (!users.some((instance) => selects(deck, instance, card))) {
    return users.some(({ model }) => model?.binned)
      ? 'no device is known to select this bin'
      : 'no device uses this model';
  }
  return undefined;
}

/** Bins of ngspice overlap by 1 nm; which one a device on the border selects is not certain. */
const SLACK = 1.5e-9;

/** Whether the geometry of a device, as the deck has it, certainly lies in the bin. */
function selects(deck: Deck, instance: FlatInstance, card: ModelCard): boolean {
  if (!instance.model?.binned) return true;
  const limit = (name: string) => {
    const text = card.parameters().findLast((parameter) => parameter.name === name)?.text;
    return text === undefined ? undefined : deck.parameters.evaluate(text);
  };
  const geometry = (name: string) => {
    const text = instance.card.parameters.findLast((parameter) => parameter.name === name)?.text;
    return text === undefined ? undefined : evaluateIn(text, instance, deck.parameters);
  };
  const width = geometry('w');
  const within = (value: number | undefined, low: number | undefined, high: number | undefined) =>
    value !== undefined &&
    low !== undefined &&
    high !== undefined &&
    value > low + SLACK &&
    value < high - SLACK;
  return (
    within(geometry('l'), limit('lmin'), limit('lmax')) &&
    within(width === undefined ? undefined : width / (geometry('nf') ?? 1), limit('wmin'), limit('wmax'))
  );
}

export function modelUnit(parameter: string): string {
  if (/^(?:vto|vth0|vtho|vaf|var|vj|vje|vjc)$/.test(parameter)) return 'V';
  if (/^(?:is|ikf|ikr|ise|isc|ibv)$/.test(parameter)) return 'A';
  if (/^(?:rs|rb|rc|re|rd)$/.test(parameter)) return 'Ohm';
  if (/^(?:cjo|cj0|cje|cjc)$/.test(parameter)) return 'F';
  return /^(?:tox|toxe|xl|xw|lint|wint)$/.test(parameter) ? 'm' : '';
}
