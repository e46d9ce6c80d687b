import { type Expression, parseExpression } from '../expression/index.ts';
import type { Deck, FlatInstance } from '../netlist/index.ts';
import { bind } from './fold.ts';
import type { EvaluatedCircuit } from './residual-assignments.ts';
import type { SiteBinding } from './rewrite.ts';
import { type Setting, settingValue } from './settings.ts';

const END_OF_LINE = Number.MAX_SAFE_INTEGER;

/**
 * What the study hands to one of several copies of an X line, as sites of that line: the other copies keep what the deck
 * gives them. Left out where that is not known.
 */
export function sharedLineBindings(
  deck: Deck,
  circuit: number,
  { surveyed, binding }: EvaluatedCircuit,
  settings: readonly Setting[],
): SiteBinding[] {
  const given = new Map<string, Map<string, Expression>>();
  for (const setting of settings) {
    const { opens, slots } = setting.matches[circuit]!;
    if (!opens || !('instance' in opens) || slots.length > 0) continue;
    const known = given.get(opens.parameter) ?? new Map<string, Expression>();
    given.set(opens.parameter, known.set(opens.instance, parseExpression(settingValue(setting))));
  }
  return [...given].flatMap(([parameter, byInstance]) => {
    const cards = new Set(
      deck.circuit.instances.filter(({ name }) => byInstance.has(name)).map(({ card }) => card),
    );
    return deck.circuit.instances.flatMap((instance): SiteBinding[] => {
      if (!cards.has(instance.card)) return [];
      const own = () => {
        const value = asWritten(deck, surveyed.survey.values.value, instance, parameter);
        return value && bind(value, binding);
      };
      const value = byInstance.get(instance.name) ?? own();
      return value ? [bindingOf(instance, parameter, value)] : [];
    });
  });
}

/** Whether every copy of such a line can be told what it gets. */
export function coversSharedLines(bindings: readonly SiteBinding[], deck: Deck): boolean {
  const lines = new Set(bindings.map(({ site }) => site.line));
  const copies = deck.circuit.instances.filter(({ card }) => lines.has(card.line));
  return copies.length <= bindings.length;
}

function asWritten(
  deck: Deck,
  evaluate: EvaluatedCircuit['surveyed']['survey']['values']['value'],
  instance: FlatInstance,
  parameter: string,
): Expression | undefined {
  const written = instance.card.parameters.findLast(({ name }) => name === parameter);
  if (written) return evaluate(written.text, instance);
  const inside = deck.circuit.instances.find(({ parent }) => parent === instance);
  return inside && evaluate(parameter, inside);
}

function bindingOf(instance: FlatInstance, parameter: string, value: Expression): SiteBinding {
  const { card, scope } = instance;
  const written = card.parameters.findLast(({ name }) => name === parameter);
  const span = written ?? { start: END_OF_LINE, end: END_OF_LINE };
  const prefix = written ? '' : ` ${parameter}=`;
  return {
    site: { scope, line: card.line, start: span.start, end: span.end },
    instance: instance.parent,
    value,
    spell: (reference) => `${prefix}${/^[a-z]/i.test(reference) ? `{${reference}}` : reference}`,
  };
}
