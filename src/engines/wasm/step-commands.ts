import type { Step } from '../common/index.ts';

/** The commands of one analysis. The same for every row. */
export interface StepCommands {
  readonly step: Step;
  /** The file that its vectors are appended to; none where an analysis of one point is wanted for nothing but `meas` values. */
  readonly file: string | undefined;
  /** Writes the vectors that are wanted; nothing at all if the circuit lacks one of them. */
  readonly chosen: readonly string[];
  /** Writes every vector there is, and the wanted parameters of devices. */
  readonly everything: readonly string[];
}

export function stepCommands(steps: readonly Step[]): StepCommands[] {
  return steps.map((step, k) => {
    const { analysis, vectors, scale, meas, command } = step;
    const file = vectors.length > 0 || scale !== undefined ? `/${k}.raw` : undefined;
    const before = [
      'destroy all',
      command,
      ...meas.map((told) => told.command),
      ...meas.map(({ result }) => `print ${result}`),
    ];
    if (file === undefined) return { step, file, chosen: before, everything: before };
    const everything = [...before, ...writeEverything(step, file)];
    const wanted = vectors.length > 0 ? vectors : [scale!];
    const simple = analysis.kind !== 'noise' && analysis.kind !== 'tf' && wanted.every(isPlain);
    const written = [...before, `write ${file} ${wanted.join(' ')}`];
    const chosen = simple ? (meas.length === 0 ? together(written) : written) : everything;
    return { step, file, chosen, everything };
  });
}

/** One line where it stays short: each prompt costs a fiftieth of an OTA's operating point. */
function together(commands: readonly string[]): readonly string[] {
  const line = commands.join(' ; ');
  return line.length < MOST_CHARACTERS ? [line] : commands;
}
const MOST_CHARACTERS = 900;

/** Names that `write` takes for what they are: without operators. */
const PLAIN = /^(?:[vi]\([\w.:#]+\)|@[\w.:#]+\[\w+\]|time|frequency)$/;
/** Where a circuit has no such node, `v(c)` reads the speed of light. */
const CONSTANT = /^[vi]\((?:boltz|c|e|echarge|false|i|kelvin|no|pi|planck|true|yes)\)$/;
const isPlain = (name: string): boolean => PLAIN.test(name) && !CONSTANT.test(name);

/** A noise analysis leaves two plots, of which the integrated one is current. */
function writeEverything({ analysis, vectors }: Step, file: string): string[] {
  const plots = analysis.kind === 'noise' ? ['setplot previous', `write ${file}`] : [];
  const asked = analysis.kind === 'op' ? vectors.filter((name) => name.startsWith('@') && isPlain(name)) : [];
  return [`write ${file}`, ...plots, ...asked.map((name) => `write ${file} ${name}`)];
}
