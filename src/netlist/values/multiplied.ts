import type { InstanceCard, Scope } from '../cards.ts';
import { findSubcircuit } from '../visible.ts';

/**
 * Subcircuits that some X line gives an `m=` which is no parameter of theirs. ngspice makes it one, and writes `m={m}` at
 * the end of each line inside, where it comes before an `m=` of the line itself; X lines inside hand it on.
 */
export function multipliedScopes(root: Scope): Set<Scope> {
  const found = new Set<Scope>();
  const multiply = ({ words }: InstanceCard, within: Scope): void => {
    const body = findSubcircuit(words.at(-1)?.text.toLowerCase() ?? '', within);
    if (!body || found.has(body) || hasOwnM(body)) return;
    found.add(body);
    for (const card of body.instances) if (card.letter === 'x') multiply(card, body);
  };
  const visit = (scope: Scope): void => {
    for (const card of scope.instances) {
      if (card.letter === 'x' && card.parameters.some(({ name }) => name === 'm')) multiply(card, scope);
    }
    for (const inner of scope.subcircuits.values()) visit(inner);
  };
  visit(root);
  return found;
}

const hasOwnM = ({ defaults, parameters }: Scope): boolean =>
  defaults.some(({ name }) => name === 'm') || parameters.some(({ name }) => name === 'm');
