import {
  type AssignmentTarget,
  assignmentRefusal,
  CHANGES_NOTHING,
  cannotBeSet,
  isProbed,
  type Program,
  probeSteps,
  unknownTarget,
} from '../common/index.ts';

/** The commands of a row alone: a process that complains about them knows no such target. @throws TARGET_UNKNOWN */
export function checkAssignments(lines: readonly string[]): void {
  const problem = assignmentRefusal(lines);
  if (problem !== undefined) throw unknownTarget(problem);
}

/** A script that sets each target to several values and prints it each time. */
export function probeCommands(program: Program, values: Float64Array): string[] {
  return program.assigner.targets.filter(isProbed).flatMap((target, k) => {
    const print = target.probe === undefined ? [] : [`print ${target.probe}`];
    const value = target.value(values);
    const steps = probeSteps(value).flatMap((step) => [target.commandFor(step), ...print]);
    return [`echo ${mark(k)}`, ...print, ...steps, target.commandFor(value)];
  });
}

/** Reads what that script printed: a target that can be read and never changed is none. @throws TARGET_UNKNOWN */
export function checkProbes(program: Program, lines: readonly string[]): void {
  const targets = program.assigner.targets.filter(isProbed);
  for (const [k, target] of targets.entries()) {
    const from = lines.findIndex((line) => line.trim() === mark(k));
    const to = lines.findIndex((line) => line.trim() === mark(k + 1));
    const printed = readings(target, lines.slice(from + 1, to < 0 ? undefined : to));
    if (printed.length > 1 && new Set(printed).size === 1) throw cannotBeSet(target, CHANGES_NOTHING);
  }
}

const mark = (k: number): string => `spicelab_target_${k}`;

function readings({ probe }: AssignmentTarget, lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const at = line.indexOf(' = ');
    return at > 0 && line.slice(0, at).toLowerCase() === probe?.toLowerCase() ? [line.slice(at + 3)] : [];
  });
}
