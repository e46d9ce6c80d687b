import { SpiceLabError } from '../../errors/index.ts';
import { type AssignmentTarget, assignmentRefusal, type Program } from '../common/index.ts';
import type { Library } from './library.ts';

/**
 * Proves once per circuit that each assignment arrives: `alter` of something that is not there, and `altermod` of a binned
 * model without its bin number, change nothing and return success. The circuit is left at the values of `values`.
 * @throws SpiceLabError TARGET_UNKNOWN
 */
export function verifyTargets(library: Library, program: Program, values: Float64Array): void {
  for (const target of program.assigner.targets) {
    const { kind } = target.assignment;
    if (kind === 'alterparam' || kind === 'temperature') continue;
    const value = target.value(values);
    const problem = ineffective(library, target, value);
    restore(library, target, value);
    if (problem !== undefined) throw refused(target, problem);
  }
  for (const command of program.assigner.assign(values).commands) library.command(command);
  const problem = library.alarmed ? assignmentRefusal(library.takeMessages()) : undefined;
  library.dropMessages();
  if (problem !== undefined) throw new SpiceLabError('TARGET_UNKNOWN', problem, { remedy: REMEDY });
}

const REMEDY =
  'Name a device, model or parameter of this circuit; a binned model needs its bin number (nfet.4), a device within subcircuits its flattened name (m.x1.m0).';

/** Steps that show: a small one first, since a large one may be nonsense, then whole ones for parameters that count. */
const steps = (value: number): number[] =>
  value === 0 ? [1e-9, 1e-3, 1] : [value * (1 + 1e-6), value * 2, value + 1];

function ineffective(library: Library, target: AssignmentTarget, value: number): string | undefined {
  const { probe } = target;
  const before = probe === undefined ? Number.NaN : library.vectors.readNumber(probe);
  for (const step of steps(value)) {
    library.dropMessages();
    library.command(target.commandFor(step));
    const refusal = library.alarmed ? assignmentRefusal(library.takeMessages()) : undefined;
    if (refusal !== undefined) return refusal;
    // some parameters can be set and not be asked for: without a complaint they are taken at their word
    if (probe === undefined || Number.isNaN(before)) return undefined;
    if (library.vectors.readNumber(probe) !== before) return undefined;
  }
  return 'the simulator accepts it and changes nothing';
}

function restore(library: Library, target: AssignmentTarget, value: number): void {
  library.command(target.commandFor(value));
  library.dropMessages();
}

function refused(target: AssignmentTarget, problem: string): SpiceLabError {
  return new SpiceLabError('TARGET_UNKNOWN', `${target.label} cannot be set: ${problem}`, { remedy: REMEDY });
}
