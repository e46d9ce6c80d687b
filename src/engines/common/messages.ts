import { type ErrorCode, SpiceLabError } from '../../errors/index.ts';
import type { Circuit, Status } from '../../plan/index.ts';
import { placeOfName, placeOfStatement } from './origins.ts';

/** Why a sample has no (complete) result, in plain words. */
export interface Failure {
  readonly status: Status;
  readonly message: string;
}

/**
 * What a simulator's own messages say about an analysis: `undefined` when nothing in them means that it failed. Warnings
 * of steps on the way (`gmin stepping failed`) are none: the next method may succeed.
 * @param lines as printed, without the `stdout `/`stderr ` that libngspice puts in front
 */
export function analysisFailure(lines: readonly string[], analysis: string): Failure | undefined {
  const text = lines.join('\n');
  const fatal = FATAL.find(({ pattern }) => pattern.test(text));
  if (!fatal) return undefined;
  const timestep = /timestep too small; *(.*)/i.exec(text)?.[1]?.trim();
  const singular = /singular matrix: *check (?:nodes? )?(.*)/i.exec(text)?.[1]?.trim();
  if (/singular matrix/i.test(text) && fatal.status === 'convergence')
    return {
      status: 'convergence',
      message: `${analysis}: singular matrix${singular ? ` at ${singular}` : ''}: a loop of sources, or a node without a way to ground`,
    };
  if (timestep !== undefined)
    return { status: 'convergence', message: `${analysis}: no convergence, ${inPlainWords(timestep)}` };
  if (fatal.status === 'convergence')
    return {
      status: 'convergence',
      message: `${analysis}: no convergence after the most iterations allowed`,
    };
  return { status: 'analysis', message: `${analysis}: ${mostTelling(lines)}` };
}

/**
 * Whether an analysis left the loaded circuit other than it was: after source stepping has failed, ngspice (39 to 46) keeps
 * a conductance of gmin at every node in all that follows, whether the sample was saved by other means or not.
 */
export const leavesTraces = (lines: readonly string[]): boolean =>
  lines.some((line) => line.includes('source stepping failed'));

const FATAL: readonly { readonly pattern: RegExp; readonly status: Status }[] = [
  {
    pattern:
      /doAnalyses:.*(iteration limit|timestep too small|convergence|singular)|simulation interrupted due to error|matrix is singular|no convergence in/i,
    status: 'convergence',
  },
  {
    pattern:
      /doAnalyses:|simulation\(s\) aborted|run aborted|fatal error|there aren't any circuits loaded|circuit not parsed|no such (device|command)|unknown parameter on \./i,
    status: 'analysis',
  },
];

/** `time = 1e-6, timestep = 1e-20: trouble with node "a"` and `cause unrecorded.`, as a clause. */
function inPlainWords(detail: string): string {
  const time = /time *= *([\d.e+-]+)/i.exec(detail)?.[1];
  const node = /trouble with (?:node|instance)? *"?([^\s"]+)"?/i.exec(detail)?.[1];
  const swept = /^([\w.#]+ = [\d.e+-]+)/.exec(detail)?.[1];
  const where = node ? ` at ${node}` : '';
  if (time !== undefined) return `time step too small at ${time.replace(/,$/, '')} s${where}`;
  return `the steps became too small${where}${swept && !/^time/i.test(swept) ? ` with ${swept}` : ''}`;
}

/** The first line that states a cause, or else the last there is. */
function mostTelling(lines: readonly string[]): string {
  const causes = lines.filter((line) =>
    /error|fatal|not in (the )?circuit|not found|no such|invalid|doAnalyses|no AC value/i.test(line),
  );
  const chosen = causes[0] ?? lines.at(-1) ?? 'the simulator gave no reason';
  return chosen.replace(/^(Error|Fatal error|Warning|doAnalyses):\s*/i, '').trim();
}

/**
 * What a simulator's messages say about a circuit that it was told to load: `undefined` when it took it.
 * The error has the code that fits and the place in the user's own files where the messages name a line.
 */
export function loadFailure(
  lines: readonly string[],
  circuit: Pick<Circuit, 'text' | 'sources' | 'origins'>,
): SpiceLabError | undefined {
  const text = lines.join('\n');
  const known = REFUSALS.find(({ pattern }) => pattern.test(text));
  if (!known && !REFUSED.test(text)) return undefined;
  const { statement, line } = offendingStatement(lines);
  const subject = known?.pattern.exec(text)?.[1]?.trim();
  const place =
    statement === undefined ? placeOfName(circuit, subject) : placeOfStatement(circuit, statement, line);
  const said = known ? known.message(subject ?? '') : refusal(lines);
  return new SpiceLabError(known?.code ?? 'ENGINE_LOAD', statement ? `${said}: ${statement}` : said, {
    place,
    remedy: known?.remedy ?? 'Correct the line; the words are those of the simulator.',
  });
}

const REFUSED =
  /^ *(?:error|fatal)\b|circuit not parsed|cannot recover|could not find|unable to find|syntax error|mis-?formed/im;

/** Said of a device's line, and of a device whose model has a parameter that does not exist. */
const UNKNOWN_PARAMETER = {
  code: 'ENGINE_LOAD',
  message: (name: string) => `the simulator knows no parameter ${name} for a device of this kind`,
  remedy:
    "Correct its name, take it off the line or its .model, or out of the study if a variable put it there. (delvto takes a BSIM3 or BSIM4 transistor; tol, Rser, Lser and Cpar are LTspice's: draw them as devices of their own.)",
} as const;

const REFUSALS: readonly {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: (subject: string) => string;
  readonly remedy: string;
}[] = [
  {
    pattern: /unknown subckt: *\S+(?: +\S+)* +(\S+)/i,
    code: 'SUBCIRCUIT_UNDEFINED',
    message: (name) => `there is no subcircuit ${name}`,
    remedy: 'Include the library that defines it, or correct the name at the end of the X line.',
  },
  {
    pattern: /undefined parameter \[(.*?)\]/i,
    code: 'PARAMETER_UNDEFINED',
    message: (name) => `there is no parameter ${name}`,
    remedy: 'Define it with .param, or correct its name.',
  },
  {
    pattern: /unknown parameter \(([+-]?(?:inf|nan|nan\(\w*\)))\)/i,
    code: 'ENGINE_LOAD',
    message: (value) => `a value is ${value}, not a finite number`,
    remedy:
      'Look for a division by zero, or for a root or logarithm of a negative number, also where random draws are at their nominal values.',
  },
  { pattern: /unknown parameter \(([^)\s]+)\)/i, ...UNKNOWN_PARAMETER },
  { pattern: /(\S+): no such parameter on this device/i, ...UNKNOWN_PARAMETER },
  {
    pattern: /can't find model '(.*?)'[\s\S]*could not find a valid modelname/i,
    code: 'MODEL_UNDEFINED',
    message: (name) => `there is no model ${name}`,
    remedy: 'Include the file that defines it, or correct its name.',
  },
  {
    pattern: /(could) not find a valid modelname|unable to find definition of model/i,
    code: 'MODEL_UNDEFINED',
    message: () => 'there is no model that fits',
    remedy:
      'Include the file that defines it; for a binned model, choose a size that one of its bins covers.',
  },
];

/** The deck line that the messages quote (printed after `Error on line N or its substitute:`), and its number. */
function offendingStatement(lines: readonly string[]): {
  statement: string | undefined;
  line: number | undefined;
} {
  for (const [k, text] of lines.entries()) {
    const quoted = /error on line (\d+) or its substitute/i.exec(text);
    if (quoted) return { statement: readable(lines[k + 1]), line: Number(quoted[1]) };
    const unknown = /unknown subckt: *(.*)/i.exec(text);
    if (unknown) return { statement: unknown[1]?.trim(), line: undefined };
  }
  return { statement: undefined, line: undefined };
}

/** ngspice quotes a line with numbered names in the place of its expressions. */
const readable = (statement: string | undefined): string | undefined =>
  statement
    ?.replace(/\bnumparm_+\d+/g, '{…}')
    .replace(/\s+/g, ' ')
    .trim();

function refusal(lines: readonly string[]): string {
  const at = lines.findIndex((line) => /error on line \d+ or its substitute/i.test(line));
  const reason = at >= 0 ? lines[at + 2] : lines.find((line) => REFUSED.test(line));
  return (reason ?? 'the simulator refused the circuit').trim().replace(/^(error|fatal error):\s*/i, '');
}

/** What the messages of `alter`, `altermod` or `alterparam` say: the reason why nothing was set, or `undefined`. */
export function assignmentRefusal(lines: readonly string[]): string | undefined {
  const line = lines.find((text) =>
    /no such (device|parameter|model)|parameter '.*' not found|cannot (alter|set)|^ *Error/i.test(text),
  );
  return line
    ?.trim()
    .replace(/^Error:\s*/i, '')
    .replace(/[,.]\s*$/, '');
}

/** Leaves the words, without the `stdout `/`stderr ` that libngspice puts before each line. */
export const stripStream = (line: string): string => line.replace(/^std(?:out|err) /, '');

/**
 * The number that a simulator printed as `name = 1.25e+00` (`meas` does, with what else it found after it); `undefined`
 * when it did not. With NGSPICE_MEAS_PRECISION=16 newer ones print every digit; the vector that `meas` leaves has seven.
 */
export function printedValue(lines: readonly string[], name: string): number | undefined {
  for (const line of lines) {
    if (!line.startsWith(name)) continue;
    const value = /^ *= *(\S+)/.exec(line.slice(name.length))?.[1];
    if (value !== undefined) return Number(value);
  }
  return undefined;
}

/**
 * What a `meas` command found; NaN when nothing was printed, and where its messages say that there is no such vector as it
 * names: `when` prints 0 all the same.
 * @param lines of this command, and maybe of others
 */
export function measuredValue(lines: readonly string[], { result, command }: MeasTold): number {
  const value = printedValue(lines, result);
  if (value === undefined) return Number.NaN;
  const lacking = lines.flatMap((line) => NO_VECTOR.exec(line)?.[1]?.toLowerCase() ?? []);
  if (lacking.length === 0) return value;
  const words = command.toLowerCase().split(/[\s=]+/);
  return lacking.some((vector) => words.includes(vector)) ? Number.NaN : value;
}

/** A `meas` command, and the name that its value is printed under. */
interface MeasTold {
  readonly result: string;
  readonly command: string;
}

const NO_VECTOR = /no such vector as '?(.*?)'?\.?\s*$/i;
