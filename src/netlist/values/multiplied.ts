import type { Scope } from '../cards.ts';
import { findSubcircuit } from '../elaborate.ts';

/** Subcircuits that some X line gives an `m=` which is no parameter of theirs: ngspice gives it to each of their devices. */
export function multipliedScopes(root: Scope): Set<Scope> {
  const scopes = new Set<Scope>();
  const visit = (scope: Scope): void => {
    for (const { letter, words, parameters } of scope.instances) {
      if (letter !== 'x' || !parameters.some(({ name }) => name === 'm')) continue;
      const body = findSubcircuit(words.at(-1)?.text.toLowerCase() ?? '', scope);
      if (body) scopes.add(body);
    }
    for (const inner of scope.subcircuits.values()) visit(inner);
  };
  visit(root);
  return scopes;
}
