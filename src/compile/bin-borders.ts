import type { CircuitValues, Deck } from '../netlist/index.ts';
import { printExact } from '../plan/index.ts';
import type { TextEdit } from './circuit-text.ts';
import type { OpenAssignment } from './match.ts';

/**
 * Makes the bins of devices on a border theirs alone: which one they select then depends on no version of the simulator,
 * and a model that is altered is one that is there. Only where a model's parameters are altered at all.
 */
export function borderEdits(
  deck: Deck,
  values: CircuitValues,
  assignments: readonly OpenAssignment[],
): TextEdit[] {
  const altered = new Set(assignments.flatMap((each) => (each.kind === 'altermod' ? [each.model] : [])));
  if (altered.size === 0) return [];
  const edits = new Map<string, TextEdit>();
  for (const instance of deck.circuit.instances) {
    if (!values.cardsOf(instance).some(({ flatName }) => altered.has(flatName))) continue;
    for (const { card, limit, away } of values.besideOf(instance)) {
      const written = card.parameters().findLast(({ name }) => name === limit);
      if (!written) continue;
      const { start, end } = written;
      edits.set(`${card.line}:${start}`, { line: card.line, start, end, text: printExact(away) });
    }
  }
  return [...edits.values()];
}
