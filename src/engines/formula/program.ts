import { type Place, SpiceLabError, toSpiceLabError } from '../../errors/index.ts';
import {
  compileScalar,
  type Expression,
  evaluate,
  parseExpression,
  references,
  type Scalar,
  suggest,
} from '../../expression/index.ts';
import type { Assignment, Measurement, Plan } from '../../plan/index.ts';
import { type Definition, readDefinitions } from './deck.ts';

/** What is evaluated for a row: into `slots`, which begins with the row's variables, one step after the other. */
export interface Program {
  /** Variables, parameters and measurements; those that depend on no variable are filled in already. */
  readonly slots: Float64Array;
  /** Parameters that depend on variables, each after those it needs. */
  readonly parameters: readonly Step[];
  /** One step per measurement, in the plan's order. */
  readonly measurements: readonly Step[];
}

export interface Step {
  readonly slot: number;
  readonly value: Scalar;
}

interface Parsed {
  readonly name: string;
  readonly expression: Expression;
  readonly place: Place | undefined;
}

/** Degrees Celsius, as in the simulators, where no assignment sets them. */
const NOMINAL_TEMPERATURE = 27;

/**
 * Compiles one circuit of a plan. Names mean, in this order: an earlier measurement, a parameter, a variable.
 * @throws SpiceLabError ENGINE_LOAD for devices, unknown names, parameters that need themselves
 */
export function compileFormulas(plan: Plan, circuit: number): Program {
  const parameters = parseParameters(plan, circuit);
  const variables = new Map(plan.variables.map(({ name }, k) => [name.toLowerCase(), k]));
  const first = plan.variables.length;
  const ordered = sortByNeed(parameters);
  const slotOf = new Map(ordered.map(({ name }, k) => [name, first + k]));
  const slots = new Float64Array(first + ordered.length + plan.measurements.length);
  const resolve = (name: string): number | undefined =>
    slotOf.get(name) ?? variables.get(name) ?? variableSlot(name, first);
  const varying = varyingSlots(plan, ordered, resolve);

  const steps: Step[] = [];
  for (const { name, expression, place } of ordered) {
    const slot = slotOf.get(name)!;
    const value = compile(
      `.param ${name}`,
      expression,
      resolve,
      [...slotOf.keys(), ...variables.keys()],
      place,
    );
    if (varying.has(slot)) steps.push({ slot, value });
    else slots[slot] = value(slots);
  }

  const measured = plan.measurements.map((measurement, k): Step => {
    const slot = first + ordered.length + k;
    const expression = parse(measurement.name, measurementText(measurement), undefined);
    const known = [...slotOf.keys(), ...variables.keys()];
    const value = compile(measurement.name, expression, resolve, known, undefined);
    slotOf.set(measurement.name.toLowerCase(), slot);
    return { slot, value };
  });
  return { slots, parameters: steps, measurements: measured };
}

/** Slot k for `$k`, where there is such a variable. */
function variableSlot(name: string, variables: number): number | undefined {
  const slot = /^\$\d+$/.test(name) ? Number(name.slice(1)) : variables;
  return slot < variables ? slot : undefined;
}

/** The circuit's definitions, the last of a name, as overridden by the plan's assignments. */
function parseParameters(plan: Plan, circuit: number): Map<string, Parsed> {
  const defined = new Map<string, Definition>([
    ['temper', { name: 'temper', text: `${NOMINAL_TEMPERATURE}`, place: undefined }],
  ]);
  for (const definition of readDefinitions(plan.circuits[circuit]!)) defined.set(definition.name, definition);
  for (const assignment of plan.assignments) {
    const name = assignedParameter(assignment);
    const before = defined.get(name);
    if (!before)
      throw new SpiceLabError('ENGINE_LOAD', `the deck has no parameter "${name}" to set`, {
        remedy: suggest(name, defined.keys()),
      });
    defined.set(name, { ...before, text: assignment.value });
  }
  const parsed = new Map<string, Parsed>();
  for (const { name, text, place } of defined.values())
    parsed.set(name, { name, place, expression: parse(`.param ${name}`, text, place) });
  return parsed;
}

function assignedParameter(assignment: Assignment): string {
  if (assignment.kind === 'alterparam') return assignment.parameter.toLowerCase();
  if (assignment.kind === 'temperature') return 'temper';
  throw new SpiceLabError(
    'ENGINE_LOAD',
    `the formula engine has no devices and models to ${assignment.kind}`,
    {
      remedy: 'Let every variable target a .param, or choose another engine: --engine wasm.',
    },
  );
}

function measurementText({ name, source }: Measurement): string {
  if (source.kind !== 'meas') return source.expression;
  throw new SpiceLabError('ENGINE_LOAD', `the formula engine cannot do .meas (measurement "${name}")`, {
    remedy: `Write "${name}" as an expression over parameters, or choose another engine: --engine wasm.`,
  });
}

/** Depth first; @throws SpiceLabError ENGINE_LOAD for a circle. */
function sortByNeed(parameters: ReadonlyMap<string, Parsed>): Parsed[] {
  const sorted: Parsed[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (parameter: Parsed): void => {
    const { name, expression, place } = parameter;
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open')
      throw new SpiceLabError('ENGINE_LOAD', `parameter "${name}" needs its own value`, {
        place,
        remedy: `Define "${name}" by other parameters and numbers only.`,
      });
    state.set(name, 'open');
    for (const needed of references(expression).names) {
      const parameterNeeded = parameters.get(needed);
      if (parameterNeeded) visit(parameterNeeded);
    }
    state.set(name, 'done');
    sorted.push(parameter);
  };
  for (const parameter of parameters.values()) visit(parameter);
  return sorted;
}

/** Slots of variables, and of parameters that depend on one. */
function varyingSlots(
  plan: Plan,
  ordered: readonly Parsed[],
  resolve: (name: string) => number | undefined,
): Set<number> {
  const varying = new Set(plan.variables.keys());
  for (const { name, expression } of ordered) {
    const { names, variables } = references(expression);
    const needs = [...variables, ...names.map(resolve)];
    if (needs.some((slot) => slot !== undefined && varying.has(slot))) varying.add(resolve(name)!);
  }
  return varying;
}

function parse(what: string, text: string, place: Place | undefined): Expression {
  return explained(what, place, () => parseExpression(text, place));
}

function compile(
  what: string,
  expression: Expression,
  resolve: (name: string) => number | undefined,
  known: readonly string[],
  place: Place | undefined,
): Scalar {
  return explained(what, place, () => {
    // First, since it suggests names and checks those of variables; a vector is a name that nothing knows.
    evaluate(expression, resolve, known, place);
    return compileScalar(expression, resolve, place);
  });
}

/** Whatever is wrong with an expression keeps the plan from loading. */
function explained<T>(what: string, place: Place | undefined, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const error = toSpiceLabError(thrown);
    throw new SpiceLabError('ENGINE_LOAD', `${what}: ${error.message}`, {
      place: error.place ?? place,
      remedy: error.remedy,
      cause: thrown,
    });
  }
}
