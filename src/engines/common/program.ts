import type { Plan } from '../../plan/index.ts';
import { type Assigner, createAssigner } from './assign.ts';
import { compileMeasures, type Measures } from './measures.ts';
import { compileSteps, type RowSteps, type Step } from './steps.ts';
import { type CircuitTexts, createCircuitTexts } from './visits.ts';

/** A plan as engines execute it: everything that does not differ from row to row is done once. */
export interface Program {
  readonly plan: Plan;
  readonly circuits: CircuitTexts;
  readonly assigner: Assigner;
  readonly steps: RowSteps;
  readonly measures: Measures;
  /**
   * Told after each load, where needed (the assigner repeats it after each `reset`): parameters of devices (`@m1[gm]`) are kept along a sweep only when asked for;
   * after an operating point they are read from the device itself.
   */
  readonly save: string | undefined;
  /** The variables' own values, one row: what is loaded first, because a failed first load ends a simulator. */
  readonly nominal: Float64Array;
}

/** @throws SpiceLabError PLAN_INVALID, MEASUREMENT_INVALID or EXPRESSION_* for expressions that are none */
export function compileProgram(plan: Plan): Program {
  const measures = compileMeasures(plan);
  const steps = compileSteps(plan, measures.vectorsOf);
  const nominal = Float64Array.from(plan.variables, (variable) => variable.nominal);
  const save = saveCommand(steps(nominal));
  return {
    plan,
    circuits: createCircuitTexts(plan),
    assigner: createAssigner(plan, save),
    steps,
    measures,
    save,
    nominal,
  };
}

function saveCommand(steps: readonly Step[]): string | undefined {
  const internal = new Set<string>();
  for (const { analysis, vectors, meas } of steps) {
    if (analysis.kind !== 'op') for (const name of vectors) if (name.startsWith('@')) internal.add(name);
    for (const { command } of meas)
      for (const [name] of command.matchAll(/@[^\s[\]]+\[[^\]]+\]/g)) internal.add(name.toLowerCase());
  }
  return internal.size === 0 ? undefined : `save all ${[...internal].join(' ')}`;
}
