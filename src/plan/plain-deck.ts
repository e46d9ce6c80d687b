import { SpiceLabError } from '../errors/index.ts';
import { type CompiledAssignment, compileAssignments, createCircuitWriter } from './assignments.ts';
import { compileCommand } from './commands.ts';
import { plainMeasure } from './plain-measure.ts';
import { printExact } from './print-number.ts';
import { createSampler } from './sampler.ts';
import type { Analysis, Assignment, Measurement, Plan } from './schema.ts';

/**
 * One sample as a complete deck for plain `ngspice -b`: the circuit with every slot filled, then what the slots do not
 * cover, the analyses and the measurements as a `.control` block. Measurements that are expressions of SpiceLab are
 * told in ngspice's words where it has them; the others stand as comments beside a print of the vectors that they read.
 * @throws SpiceLabError OPTION_INVALID for a sample that is no index
 */
export function plainDeck(plan: Plan, sample: number): string {
  if (!Number.isSafeInteger(sample) || sample < 0)
    throw new SpiceLabError('OPTION_INVALID', `there is no sample ${sample}`, {
      remedy: 'Samples are counted from 0.',
    });
  const batch = createSampler(plan).batch(sample, sample + 1);
  const circuit = createCircuitWriter(plan).text(batch.circuits[0]!, batch.values, 'all');
  const commandOf = (command: string) => compileCommand(command, plan.variables.length)(batch.values);
  const control = [
    `* ${oneLine(plan.title) || 'a study'}: sample ${sample}`,
    ...plan.variables.map(
      ({ name, unit, labels }, k) =>
        `* ${name} = ${labels?.[batch.values[k]!] ?? `${batch.values[k]!} ${unit}`.trim()}`,
    ),
    '.control',
    'set numdgt=15',
    ...assignmentLines(compileAssignments(plan), batch.values),
    ...plan.analyses.flatMap((analysis) =>
      analysisLines(analysis, plan.measurements, commandOf, batch.values),
    ),
    ...plan.measurements.flatMap(({ name, source }) =>
      source.kind === 'scalars' ? [`* ${name} = ${oneLine(source.expression)}`] : [],
    ),
    'quit',
    '.endc',
  ];
  return `${withoutEnd(circuit)}\n${control.join('\n')}\n.end\n`;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const withoutEnd = (circuit: string) => circuit.replace(/\n[ \t]*\.end[ \t]*\r?\n?\s*$/i, '').trimEnd();

/** What engines tell a loaded simulator, in the order that keeps it: `reset` drops every `alter` before it. */
function assignmentLines(compiled: readonly CompiledAssignment[], values: Float64Array): string[] {
  const open = compiled.filter(({ assignment }) => assignment.covered !== true);
  const line = ({ assignment, value }: CompiledAssignment) => assignmentCommand(assignment, value(values));
  const parameters = open.filter(({ assignment }) => assignment.kind === 'alterparam').map(line);
  const others = open.filter(({ assignment }) => assignment.kind !== 'alterparam').map(line);
  return [...parameters, ...(parameters.length > 0 ? ['reset'] : []), ...others];
}

/** The simulator's command for an assignment. */
export function assignmentCommand(assignment: Assignment, value: number): string {
  const text = printExact(value);
  switch (assignment.kind) {
    case 'alter':
      return assignment.parameter === undefined
        ? `alter ${assignment.device} = ${text}`
        : `alter @${assignment.device}[${assignment.parameter}] = ${text}`;
    case 'altermod':
      return `altermod @${assignment.model}[${assignment.parameter}] = ${text}`;
    case 'alterparam':
      return `alterparam ${assignment.parameter} = ${text}`;
    case 'temperature':
      return `option temp = ${text}`;
  }
}

function analysisLines(
  analysis: Analysis,
  measurements: readonly Measurement[],
  commandOf: (command: string) => string,
  values: Float64Array,
): string[] {
  let own = 0;
  let told = 0;
  const internal = analysis.vectors.filter((vector) => vector.startsWith('@'));
  const measures = measurements.flatMap(({ name, source }) => {
    if (source.kind === 'meas' && source.analysis === analysis.name)
      return [`meas ${analysis.kind} ${name} ${commandOf(source.command)}`];
    if (source.kind !== 'vectors' || source.analysis !== analysis.name) return [];
    const { expression } = source;
    const plain = plainMeasure({ name, expression, analysis, values });
    own++;
    if (plain) told++;
    return [`* ${name} = ${oneLine(expression)}`, ...(plain ?? [])];
  });
  return [
    ...(internal.length > 0 ? [`save all ${internal.join(' ')}`] : []),
    commandOf(analysis.command),
    // curves first: they are long, and the figures would be lost above them
    ...(own > 0 && told === own ? [] : printLines(analysis)),
    ...measures,
  ];
}

/** A noise analysis leaves two plots, of which the integrated one is current; of `tf`, impedances have names of their own. */
function printLines({ kind, vectors }: Analysis): string[] {
  const print = (names: readonly string[]) => (names.length > 0 ? [`print ${names.join(' ')}`] : []);
  if (kind === 'tf') return print(vectors.length > 0 ? ['all'] : []);
  if (kind !== 'noise') return print(vectors);
  const spectra = vectors.filter((name) => !name.endsWith('_total'));
  return [
    ...print(vectors.filter((name) => name.endsWith('_total'))),
    ...(spectra.length > 0 ? ['setplot previous', ...print(spectra)] : []),
  ];
}
