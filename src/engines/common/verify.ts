import { SpiceLabError } from '../../errors/index.ts';
import type { AssignmentTarget } from './assign.ts';
import { assignmentRefusal } from './messages.ts';
import type { Program } from './program.ts';

/** A simulator with a circuit in it, as far as proving assignments goes. */
export interface Prober {
  /** Executes a command; what was printed. */
  tell(command: string): readonly string[];
  /** The value of `@device[parameter]`; NaN where it has none. */
  read(probe: string): number;
}

/**
 * Proves once per circuit that each assignment arrives: `alter` of something that is not there, and `altermod` of a binned
 * model without its bin number, change nothing and return success. The circuit is left at the values of `values`.
 * @throws SpiceLabError TARGET_UNKNOWN
 */
export function verifyTargets(prober: Prober, program: Program, values: Float64Array): void {
  for (const target of program.assigner.targets) {
    if (!isProbed(target)) continue;
    const value = target.value(values);
    const problem = ineffective(prober, target, value);
    prober.tell(target.commandFor(value));
    if (problem !== undefined) throw cannotBeSet(target, problem);
  }
  for (const command of program.assigner.assign(values).commands) {
    const problem = assignmentRefusal(prober.tell(command));
    if (problem !== undefined) throw unknownTarget(problem);
  }
}

/** Whether silence could hide that the target is not there; the other kinds complain. */
export function isProbed({ assignment }: AssignmentTarget): boolean {
  return assignment.kind === 'alter' || assignment.kind === 'altermod';
}

/** Values whose effect shows: a small step first, since a large one may be nonsense, then whole ones for what counts. */
export function probeSteps(value: number): number[] {
  return value === 0 ? [1e-9, 1e-3, 1] : [value * (1 + 1e-6), value * 2, value + 1];
}

export const CHANGES_NOTHING = 'the simulator accepts it and changes nothing';

export function cannotBeSet(target: AssignmentTarget, problem: string): SpiceLabError {
  return unknownTarget(`${target.label} cannot be set: ${problem}`);
}

export function unknownTarget(message: string): SpiceLabError {
  return new SpiceLabError('TARGET_UNKNOWN', message, {
    remedy:
      'Name a device, model or parameter of this circuit; a binned model needs its bin number (nfet.4), a device within subcircuits its flattened name (m.x1.m0).',
  });
}

function ineffective(prober: Prober, target: AssignmentTarget, value: number): string | undefined {
  const { probe } = target;
  const before = probe === undefined ? Number.NaN : prober.read(probe);
  for (const step of probeSteps(value)) {
    const refusal = assignmentRefusal(prober.tell(target.commandFor(step)));
    if (refusal !== undefined) return refusal;
    // some parameters can be set and not be asked for: without a complaint they are taken at their word
    if (probe === undefined || Number.isNaN(before)) return undefined;
    if (prober.read(probe) !== before) return undefined;
  }
  return CHANGES_NOTHING;
}
