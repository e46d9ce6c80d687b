import { SpiceLabError } from '../errors/index.ts';
import { compileScalar, parseExpression, references } from '../expression/index.ts';
import { printExact } from './print-number.ts';
import type { Assignment, Plan, Slot } from './schema.ts';

/** A number as a function of one row of variable values (as long as the plan has variables). */
export type RowValue = (values: Float64Array) => number;

/** An assignment whose value is ready to be evaluated. */
export interface CompiledAssignment {
  readonly assignment: Assignment;
  readonly value: RowValue;
}

/** @throws SpiceLabError PLAN_INVALID for an expression that is none or names a variable that there is not. */
export function compileAssignments(plan: Pick<Plan, 'assignments' | 'variables'>): CompiledAssignment[] {
  return plan.assignments.map((assignment) => ({
    assignment,
    value: compileValue(assignment.value, plan.variables.length),
  }));
}

/** Which slots are filled: those of the reload rung, or every one. */
export type WhichSlots = 'active' | 'all';

/** Writes circuits; each slot's expression is compiled once. */
export interface CircuitWriter {
  /**
   * The circuit's text with its slots filled from one row of values; slots that are not filled keep their text.
   */
  text(circuit: number, values: Float64Array, which: WhichSlots): string;
}

/** @throws SpiceLabError PLAN_INVALID as `compileAssignments`. */
export function createCircuitWriter(plan: Pick<Plan, 'circuits' | 'variables'>): CircuitWriter {
  const compiled = plan.circuits.map(({ text, slots }) => ({
    text,
    slots: slots.map((slot) => ({ slot, value: compileValue(slot.value, plan.variables.length) })),
  }));
  return {
    text: (circuit, values, which) => {
      const { text, slots } = compiled[circuit]!;
      return fill(
        text,
        slots.filter(({ slot }) => which === 'all' || slot.active),
        values,
      );
    },
  };
}

/** One circuit's text for one row of values; where many are wanted, `createCircuitWriter` compiles once. */
export const circuitText = (
  plan: Pick<Plan, 'circuits' | 'variables'>,
  circuit: number,
  values: Float64Array,
  which: WhichSlots,
): string => createCircuitWriter(plan).text(circuit, values, which);

function fill(
  text: string,
  slots: readonly { readonly slot: Slot; readonly value: RowValue }[],
  values: Float64Array,
): string {
  const pieces: string[] = [];
  let reached = 0;
  for (const { slot, value } of slots) {
    pieces.push(text.slice(reached, slot.offset), printExact(value(values)));
    reached = slot.offset + slot.length;
  }
  pieces.push(text.slice(reached));
  return pieces.join('');
}

/** Reads an expression over `$k`, k below `variables`, once. @throws SpiceLabError PLAN_INVALID */
export function compileValue(text: string, variables: number): RowValue {
  try {
    const expression = parseExpression(text);
    const missing = references(expression).variables.find((k) => k >= variables);
    if (missing !== undefined)
      throw new SpiceLabError('EXPRESSION_NAME', `there is no variable $${missing}, only ${variables}`);
    return compileScalar(expression);
  } catch (cause) {
    if (!(cause instanceof SpiceLabError)) throw cause;
    throw new SpiceLabError('PLAN_INVALID', `not a plan: "${text}": ${cause.message}`, {
      cause,
      remedy: 'Compile the study again; the plan does not fit together.',
    });
  }
}
