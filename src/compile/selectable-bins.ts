import type { CircuitValues, Deck } from '../netlist/index.ts';
import type { Assignment } from '../plan/index.ts';
import type { SlotEdit } from './circuit-text.ts';

/** Parameters of a device that choose a bin of its model. */
const GEOMETRY = new Set(['l', 'w', 'nf']);

/**
 * Which lines of binned models a device may select: those that its geometry, evaluated with what the study sets left open,
 * may lie in, and every bin where the study sets something of the device itself.
 */
export function selectableBins(
  deck: Deck,
  values: Pick<CircuitValues, 'cardsOf'>,
  edits: readonly SlotEdit[],
  assignments: readonly Assignment[],
): (line: number) => boolean {
  const edited = new Set(edits.map(({ place }) => place.line));
  const resized = new Set(
    assignments.flatMap((each) =>
      each.kind === 'alter' && GEOMETRY.has(each.parameter ?? '') ? [each.device] : [],
    ),
  );
  const lines = new Set<number>();
  for (const instance of deck.circuit.instances) {
    if (!instance.model?.binned) continue;
    const open = edited.has(instance.card.line) || resized.has(instance.flatName);
    const known = open ? [] : values.cardsOf(instance).map(({ card }) => card);
    for (const card of known.length > 0 ? known : instance.model.cards) lines.add(card.line);
  }
  return (line) => lines.has(line);
}
