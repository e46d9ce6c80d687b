import { type Assignment, assignmentCommand, compileAssignments, type Plan } from '../../plan/index.ts';

/** One assignment with what proves that the simulator took it: silence proves nothing, `alter` of nothing is silent. */
export interface AssignmentTarget {
  readonly assignment: Assignment;
  /** For people: `r1`, `@m.xm1.m0[w]`. */
  readonly label: string;
  /** A vector that reads the value back, where there is one. */
  readonly probe: string | undefined;
  value(values: Float64Array): number;
  /** The command that sets it to a number. */
  commandFor(value: number): string;
}

/** The commands that set one row's values; `refused` says what cannot be told to a simulator (NaN). */
export interface Assigned {
  readonly commands: readonly string[];
  readonly refused: string | undefined;
}

export interface Assigner {
  readonly targets: readonly AssignmentTarget[];
  /** Whether a row's commands include `reset`, which expands the circuit anew. */
  readonly resets: boolean;
  /** A command per assignment, as a `.control` block takes them. */
  assign(values: Float64Array): Assigned;
  /** The same with many commands in one, parted by `;`, as ngspice's command line takes them: a third quicker. */
  assignTogether(values: Float64Array): Assigned;
}

/** `reset` drops every `alter` and option before it; a temperature moves what devices compute from their parameters. */
const ORDER: Readonly<Record<Assignment['kind'], number>> = {
  alterparam: 0,
  temperature: 1,
  alter: 2,
  altermod: 3,
};

/** libngspice has room for 1,023 in a command, a number takes up to 25, and most of the gain comes with the first few. */
const MOST_CHARACTERS = 900;
const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;
const NEVER: readonly boolean[] = [];

/**
 * @param save told again after each `reset`, which forgets what is to be kept
 * @throws SpiceLabError PLAN_INVALID for an expression that is none
 */
export function createAssigner(
  plan: Pick<Plan, 'assignments' | 'variables'>,
  save: string | undefined,
): Assigner {
  const compiled = compileAssignments(plan)
    .map((entry, k) => ({ ...entry, k }))
    .sort((a, b) => ORDER[a.assignment.kind] - ORDER[b.assignment.kind] || a.k - b.k)
    .map(({ assignment, value }) => ({ assignment, value, prefix: commandPrefix(assignment) }));
  const parameters = compiled.filter(({ assignment }) => assignment.kind === 'alterparam').length;
  const reset = parameters === 0 ? [] : ['reset', ...(save === undefined ? [] : [save])];
  const alters = compiled.map(({ assignment: { kind } }) => kind === 'alter' || kind === 'altermod');
  const joins = alters.map((alter, i) => alter && alters[i - 1] === true && isAscii(compiled[i]!.prefix));
  const write = (values: Float64Array, together: readonly boolean[]): Assigned => {
    const commands: string[] = [];
    let line: string | undefined;
    let refused: string | undefined;
    for (let i = 0; i < compiled.length; i++) {
      const { assignment, value, prefix } = compiled[i]!;
      const number = value(values);
      if (!Number.isFinite(number)) refused ??= `${targetLabel(assignment)} would be set to ${number}`;
      if (line !== undefined && together[i] && line.length + prefix.length < MOST_CHARACTERS) {
        line += ` ; ${prefix}${number}`;
        continue;
      }
      if (line !== undefined) commands.push(line);
      if (i === parameters) commands.push(...reset);
      line = prefix + number;
    }
    if (line !== undefined) commands.push(line);
    if (parameters === compiled.length) commands.push(...reset);
    return { commands, refused };
  };
  return {
    targets: compiled.map(({ assignment, value, prefix }) => ({
      assignment,
      label: targetLabel(assignment),
      probe: targetProbe(assignment),
      value,
      commandFor: (number) => prefix + number,
    })),
    resets: parameters > 0,
    assign: (values) => write(values, NEVER),
    assignTogether: (values) => write(values, joins),
  };
}

/**
 * Everything of the command but the number: a sample then costs one conversion to text per assignment. Without blanks
 * around the sign, because ngspice takes a tenth of its time for an `alter` to part words.
 */
function commandPrefix(assignment: Assignment): string {
  return assignmentCommand(assignment, 0).slice(0, -1).replace(' = ', '=');
}

function targetLabel(assignment: Assignment): string {
  switch (assignment.kind) {
    case 'alter':
      return assignment.parameter === undefined
        ? assignment.device
        : `@${assignment.device}[${assignment.parameter}]`;
    case 'altermod':
      return `@${assignment.model}[${assignment.parameter}]`;
    case 'alterparam':
      return assignment.parameter;
    case 'temperature':
      return 'temperature';
  }
}

/** The parameter that `alter DEVICE = value` means, by the device's letter. */
const PRINCIPAL: Readonly<Record<string, string>> = {
  r: 'resistance',
  c: 'capacitance',
  l: 'inductance',
  v: 'dc',
  i: 'dc',
};

function targetProbe(assignment: Assignment): string | undefined {
  if (assignment.kind === 'altermod') return `@${assignment.model}[${assignment.parameter}]`;
  if (assignment.kind !== 'alter') return undefined;
  const parameter = assignment.parameter ?? PRINCIPAL[assignment.device.slice(0, 1).toLowerCase()];
  return parameter === undefined ? undefined : `@${assignment.device}[${parameter}]`;
}
