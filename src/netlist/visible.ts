import type { Guard, ModelCard, Scope } from './cards.ts';

/** The model of an instance: its card (or the bins of that name) and the simulator's name for it. */
export interface ModelUse {
  readonly name: string;
  readonly cards: readonly ModelCard[];
  readonly binned: boolean;
}

/** Whether the `.if` branch that a line of a scope is written in is taken. */
export type IsTaken = (card: { readonly guard: Guard | undefined }, scope: Scope) => boolean;

export function findSubcircuit(name: string, from: Scope): Scope | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    const found = scope.subcircuits.get(name);
    if (found) return found;
  }
  return undefined;
}

/** The model of that name, or the bins of it, that a line in this scope sees. */
export function findModel(name: string, from: Scope, isTaken: IsTaken = () => true): ModelUse | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    const card = modelIn(name, scope, isTaken);
    if (card) return { name, cards: [card], binned: false };
    const bins = binsIn(name, scope, isTaken);
    if (bins.length > 0) return { name, cards: bins, binned: true };
  }
  return undefined;
}

function modelIn(name: string, scope: Scope, isTaken: IsTaken): ModelCard | undefined {
  const first = scope.models.get(name);
  if (!first || isTaken(first, scope)) return first;
  return scope.laterModels.find((card) => card.name === name && isTaken(card, scope));
}

function binsIn(name: string, scope: Scope, isTaken: IsTaken): readonly ModelCard[] {
  const bins = scope.bins.get(name) ?? [];
  if (bins.every((card) => !card.guard)) return bins;
  return bins.filter((card) => modelIn(card.name, scope, isTaken) === card);
}

/** The models of a scope that count, one of each name. */
export function modelsOf(scope: Scope, isTaken: IsTaken): ModelCard[] {
  return [...scope.models.values()].flatMap((card) => modelIn(card.name, scope, isTaken) ?? []);
}

/** Names of models and bins that a line of a scope can use, nearest first. */
export function visibleModels(from: Scope): string[] {
  const names: string[] = [];
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    names.push(...scope.models.keys(), ...scope.bins.keys());
  }
  return names;
}

/** Names of subcircuits that a line of a scope can use, nearest first. */
export function visibleSubcircuits(from: Scope): string[] {
  const names: string[] = [];
  for (let scope: Scope | undefined = from; scope; scope = scope.parent)
    names.push(...scope.subcircuits.keys());
  return names;
}
