import type { Deck, FlatInstance, ModelCard } from '../netlist/index.ts';
import type { Assignment } from '../plan/index.ts';
import type { SlotEdit } from './circuit-text.ts';

/** Parameters of a device that choose a bin of its model. */
const GEOMETRY = new Set(['l', 'w', 'nf']);

/** What is known of the models of a circuit's devices. */
interface Selection {
  cardsOf(instance: FlatInstance): readonly { readonly card: ModelCard }[];
  /** Bins that fit as well, of which another version of the simulator may take one. */
  besideOf?(instance: FlatInstance): readonly { readonly card: ModelCard }[];
}

/**
 * Which lines of binned models a device may select: those that its geometry, evaluated with what the study sets left open,
 * may lie in, and every bin where the study sets something of the device itself.
 */
export function selectableBins(
  deck: Deck,
  values: Selection,
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
    const known = open ? [] : [...values.cardsOf(instance), ...(values.besideOf?.(instance) ?? [])];
    const cards = known.length > 0 ? known.map(({ card }) => card) : instance.model.cards;
    for (const card of cards) lines.add(card.line);
  }
  return (line) => lines.has(line);
}
