import { nearestNames, SpiceLabError } from '../errors/index.ts';
import type { Assignment, Plan } from '../plan/index.ts';

/**
 * The same plan with some variables set by loading the circuit anew: their slots become active, and assignments go that
 * follow no other variable.
 * What no slot covers (the text of a subcircuit that is used more than once) stays an assignment.
 * @param names of the plan's variables
 * @throws SpiceLabError OPTION_INVALID for a name that is none
 */
export function stepDown(plan: Plan, names: readonly string[]): Plan {
  const known = new Map(plan.variables.map(({ name }, index) => [name, index]));
  const wanted = new Set(
    names.map((name) => {
      const index = known.get(name);
      if (index !== undefined) return index;
      throw new SpiceLabError('OPTION_INVALID', `the plan has no variable "${name}"`, {
        remedy: `Did you mean ${nearestNames(name, known.keys()).join(' or ')}?`,
      });
    }),
  );
  const concerns = (value: string) => variablesIn(value).some((index) => wanted.has(index));
  const circuits = plan.circuits.map((circuit) => ({
    ...circuit,
    slots: circuit.slots.map((slot) => (concerns(slot.value) ? { ...slot, active: true } : slot)),
  }));
  const waiting = new Set(
    circuits.flatMap(({ slots }) => slots.flatMap(({ active, value }) => (active ? [] : variablesIn(value)))),
  );
  const needed = ({ value, covered }: Assignment) =>
    covered !== true || !concerns(value) || variablesIn(value).some((index) => waiting.has(index));
  return { ...plan, assignments: plan.assignments.filter(needed), circuits };
}

/** Every variable on the reload rung, as far as the text can set it: the slow way that is right by construction. */
export function allReload(plan: Plan): Plan {
  return stepDown(
    plan,
    plan.variables.map(({ name }) => name),
  );
}

/** The k of each `$k`. */
export function variablesIn(value: string): number[] {
  return [...value.matchAll(/\$(\d+)/g)].map((match) => Number(match[1]));
}
