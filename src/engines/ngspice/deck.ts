import type { Program, Step } from '../common/index.ts';

/** Told to every process: all digits, binary files, one thread (the OpenMP threads of two processes fight for the cores). */
const SETTINGS = [
  'set num_threads=1',
  'set no_mem_check',
  'set norefvalue',
  'set filetype=binary',
  'set numdgt=17',
];

/**
 * A circuit with commands that are executed once it is loaded: `-b` then refuses nothing that the commands save themselves.
 * It ends by itself when they are done.
 */
export function deckWithCommands(circuit: string, commands: readonly string[]): string {
  const body = circuit.replace(/\n[ \t]*\.end[ \t]*\s*$/i, '').trimEnd();
  return [body, '.control', ...SETTINGS, ...commands, '.endc', '.end', ''].join('\n');
}

/** What an analysis leaves behind: its main plot, and for noise the spectra in a plot of their own. */
export interface StepFiles {
  readonly step: Step;
  readonly files: readonly string[];
}

export function stepFiles(steps: readonly Step[]): StepFiles[] {
  return steps.map((step, k) => ({
    step,
    files: step.analysis.kind === 'noise' ? [`${k}.raw`, `${k}b.raw`] : [`${k}.raw`],
  }));
}

/** A row's whole script. Each analysis begins without plots, so that a failed one cannot write another's results. */
export function rowCommands(
  program: Program,
  steps: readonly StepFiles[],
  assignments: readonly string[],
): string[] {
  return [
    ...saveCommands(steps),
    ...assignments,
    ...(program.assigner.resets ? saveCommands(steps) : []),
    ...steps.flatMap(({ step, files: [main, spectra] }) => [
      'destroy all',
      step.command,
      `write ${main}`,
      ...step.meas.map(({ command }) => command),
      ...(spectra === undefined ? [] : ['setplot previous', `write ${spectra}`]),
    ]),
  ];
}

/** Everything is written, so that parameters of devices are kept in every analysis, operating points included. */
function saveCommands(steps: readonly StepFiles[]): string[] {
  const internal = new Set(
    steps.flatMap(({ step: { vectors } }) => vectors.filter((name) => name.startsWith('@'))),
  );
  return internal.size === 0 ? [] : [`save all ${[...internal].join(' ')}`];
}
