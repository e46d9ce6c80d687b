import { type Deck, evaluateIn, type FlatModel } from '../netlist/index.ts';
import type { Match, OpenAssignment, SlotPlace } from './match.ts';

/** Parameters that choose what a model is, not how it behaves: only a load sets them. */
const STRUCTURAL = /^(?:level|version|lmin|lmax|wmin|wmax|\w*mod)$/;

/** A parameter of one `.model` line, with every copy that subcircuits made of it. */
export function matchModel(deck: Deck, models: readonly FlatModel[], parameter: string): Match | undefined {
  const first = models[0];
  if (!first) return undefined;
  const { card } = first;
  const written = card.parameters().findLast(({ name }) => name === parameter);
  const altered = models.every((model) => model.nameable) && !STRUCTURAL.test(parameter);
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
      : STRUCTURAL.test(parameter)
        ? `${parameter} chooses the model: the deck is loaded anew for every sample`
        : `the simulator's name of a model inside nested subcircuits is not certain: the deck is loaded anew for every sample`,
    place: deck.placeOf(deck.lines[card.line]!),
  };
}

function modelUnit(parameter: string): string {
  if (/^(?:vto|vth0|vtho|vaf|var|vj|vje|vjc)$/.test(parameter)) return 'V';
  if (/^(?:is|ikf|ikr|ise|isc|ibv)$/.test(parameter)) return 'A';
  if (/^(?:rs|rb|rc|re|rd)$/.test(parameter)) return 'Ohm';
  if (/^(?:cjo|cj0|cje|cjc)$/.test(parameter)) return 'F';
  return /^(?:tox|toxe|xl|xw|lint|wint)$/.test(parameter) ? 'm' : '';
}
