import { SpiceLabError } from '../errors/index.ts';
import type { StudyContext } from './context.ts';
import { numbersOfFile, readDataFile } from './data-file.ts';
import type { SweepAxis } from './schema.ts';
import {
  type Form,
  needNumber,
  readForm,
  shorten,
  splitAssignment,
  splitTop,
  suggestion,
  unquote,
} from './text.ts';

const CODE = 'STUDY_INVALID';
/** Most values of one sweep. */
const MOST_VALUES = 1_000_000;
/** A last step that misses the end by rounding alone still belongs to the sweep. */
const SLACK = 1e-9;

const EXAMPLE =
  'Write lin(0, 5, 11), log(1, 1meg, 61), dec(1, 1meg, 10), step(0, 5, 0.5), 0:0.5:5, or a list such as 1, 2, 5.';

const RANGES: Readonly<Record<string, (a: number, b: number, c: number) => number[]>> = {
  /** `count` values from `a` to `b`, equally far apart. */
  lin: (a, b, count) =>
    series(wholeCount(count), (i, last) => (i === last ? b : a + ((b - a) * i) / last), a),
  /** `count` values from `a` to `b`, each the same factor above the one before. */
  log: (a, b, count) => {
    needRatio(a, b);
    return series(wholeCount(count), (i, last) => (i === last ? b : a * (b / a) ** (i / last)), a);
  },
  /** `count` values per decade from `a` on, none beyond `b`. */
  dec: (a, b, count) => perFactor(a, b, count, 10),
  oct: (a, b, count) => perFactor(a, b, count, 2),
  step: (a, b, step) => {
    if (step === 0 || (b - a) * step < 0) throw invalid(`a step of ${step} never leads from ${a} to ${b}`);
    const last = Math.floor((b - a) / step + SLACK);
    return series(last + 1, (i) => a + step * i, a);
  },
};
const NAMES = [...Object.keys(RANGES), 'list', 'csv'];

/**
 * The values of a sweep: `lin(1,2,11)`, `log(1,1meg,61)`, `dec(1,1meg,10)`, `oct(1,16,1)`, `list(1,2,5)`, `1,2,5`,
 * `step(0,5,0.5)`, `0:0.5:5`, `csv("points.csv","column")`.
 * @throws SpiceLabError STUDY_INVALID, with the nearest form; FILE_FAILED from the reader
 */
export function parseRange(text: string, context: StudyContext): readonly number[] {
  const form = readForm(text);
  if (form) return readRange(form, context);
  const steps = splitTop(text, ':');
  if (steps.length === 3) {
    const [from, step, to] = steps.map((piece) => number(piece));
    return RANGES['step']!(from!, to!, step!);
  }
  return list(splitTop(text, ','));
}

function readRange(form: Form, context: StudyContext): readonly number[] {
  if (form.args.some(({ name }) => name !== undefined))
    throw invalid(`${form.name} takes no named arguments`);
  const texts = form.args.map((arg) => arg.text);
  if (form.name === 'list') return list(texts);
  if (form.name === 'csv' || form.name === 'file') {
    if (texts.length < 1 || texts.length > 2)
      throw invalid('csv takes a file and, where it has several, a column');
    return numbersOfFile(unquote(texts[0]!), texts[1] && unquote(texts[1]), context, CODE);
  }
  const range = Object.hasOwn(RANGES, form.name) ? RANGES[form.name] : undefined;
  if (!range)
    throw new SpiceLabError(CODE, `there is no sweep "${shorten(form.name)}"`, {
      remedy: suggestion(form.name, NAMES, EXAMPLE),
    });
  if (texts.length !== 3) throw invalid(`${form.name} takes three numbers, not ${texts.length}`);
  const [a, b, c] = texts.map((piece) => number(piece));
  return range(a!, b!, c!);
}

/**
 * One `--sweep`: `R1=lin(1k,2k,11)`, or `csv("points.csv")` alone, whose columns are zipped and named by its heading.
 * @throws SpiceLabError STUDY_INVALID
 */
export function parseSweep(text: string, context: StudyContext): SweepAxis {
  const form = readForm(text);
  if (form && (form.name === 'csv' || form.name === 'file'))
    return fileAxis(unquote(form.args[0]?.text ?? ''), context);
  const assignment = splitAssignment(text);
  if (!assignment || assignment.target === '')
    throw new SpiceLabError(CODE, `"${shorten(text)}" does not say what to sweep`, {
      remedy: 'Write TARGET=VALUES, such as R1=lin(1k, 2k, 11) or temp=-40,27,125.',
    });
  return { columns: [{ target: assignment.target, values: parseRange(assignment.value, context) }] };
}

/** Every column of a file as one axis. @throws SpiceLabError STUDY_INVALID when the columns have no names */
export function fileAxis(path: string, context: StudyContext): SweepAxis {
  const { columns } = readDataFile(path, context, CODE);
  return {
    columns: columns.map(({ name, values }) => {
      if (name === undefined || name === '')
        throw new SpiceLabError(CODE, 'a column of the file has no name', {
          place: { file: path, line: 1 },
          remedy: 'Give the file a first line with the target of each column.',
        });
      return { target: name, values };
    }),
  };
}

function perFactor(a: number, b: number, count: number, factor: number): number[] {
  needRatio(a, b);
  if (!(count > 0)) throw invalid(`${count} values per ${factor === 10 ? 'decade' : 'octave'} are too few`);
  const steps = (Math.abs(Math.log(b / a)) / Math.log(factor)) * count;
  const direction = b < a ? -1 : 1;
  return series(Math.floor(steps + SLACK) + 1, (i) => a * factor ** ((direction * i) / count), a);
}

function needRatio(a: number, b: number): void {
  if (!(a !== 0 && b / a > 0 && Number.isFinite(b / a)))
    throw invalid(`a logarithmic sweep cannot lead from ${a} to ${b}`);
}

function wholeCount(count: number): number {
  if (!Number.isInteger(count) || count < 1) throw invalid(`${count} is no number of values`);
  return count;
}

function series(count: number, value: (i: number, last: number) => number, only: number): number[] {
  if (!(count <= MOST_VALUES)) throw invalid(`a sweep of ${count} values is too long`);
  if (count === 1) return [only];
  return Array.from({ length: count }, (_, i) => value(i, count - 1));
}

function list(pieces: readonly string[]): number[] {
  if (pieces.length > MOST_VALUES) throw invalid(`a sweep of ${pieces.length} values is too long`);
  return pieces.map((piece) => number(piece));
}

const number = (text: string) => needNumber(text, 'a value of a sweep', CODE, EXAMPLE);

const invalid = (message: string) => new SpiceLabError(CODE, message, { remedy: EXAMPLE });
