import { isAbsolute, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type ErrorCode, SpiceLabError } from '../errors/index.ts';
import { readNumber } from '../expression/index.ts';
import type { StudyContext } from './context.ts';
import { suggestion } from './text.ts';

/** Columns of numbers, read from a CSV file or from one with a number per line; names where the first line has some. */
export interface DataFile {
  readonly columns: readonly { readonly name: string | undefined; readonly values: readonly number[] }[];
}

/** A path of the study, relative to the study's folder. */
export const pathOf = (path: string, context: StudyContext): string =>
  isAbsolute(path) ? path : join(context.folder, path);

/**
 * Reads a file of numbers (SPICE suffixes allowed; commas, semicolons or tabs between columns, `#` before comments).
 * @throws SpiceLabError with `code` for anything that is no number, with file and line; FILE_FAILED from the reader
 */
export function readDataFile(path: string, context: StudyContext, code: ErrorCode): DataFile {
  const file = pathOf(path, context);
  const records = parseRecords(context.readText(file), file, code);
  const first = records[0];
  if (!first) throw new SpiceLabError(code, 'the file holds no numbers', { place: { file } });
  const headed = first.cells.some((cell) => readNumber(cell) === undefined);
  const rows = headed ? records.slice(1) : records;
  if (rows.length === 0) throw new SpiceLabError(code, 'the file holds only a heading', { place: { file } });
  return {
    columns: first.cells.map((heading, c) => ({
      name: headed ? heading : undefined,
      values: rows.map(({ cells, line }) => cellNumber(cells[c] ?? '', file, line, code)),
    })),
  };
}

/**
 * One column of a file: the named one, or the only one.
 * @throws SpiceLabError with `code` when there is none such, or several to choose from
 */
export function numbersOfFile(
  path: string,
  column: string | undefined,
  context: StudyContext,
  code: ErrorCode,
): readonly number[] {
  const { columns } = readDataFile(path, context, code);
  const file = pathOf(path, context);
  const names = columns.flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (column === undefined) {
    if (columns.length === 1) return columns[0]!.values;
    throw new SpiceLabError(code, `the file has ${columns.length} columns`, {
      place: { file },
      remedy: `Name the one you mean, as in ("${path}", "${names[0] ?? '1'}").`,
    });
  }
  const found =
    columns.find(({ name }) => name?.toLowerCase() === column.toLowerCase()) ??
    (names.length === 0 ? columns[Number(column) - 1] : undefined);
  if (found) return found.values;
  throw new SpiceLabError(code, `the file has no column "${column}"`, {
    place: { file },
    remedy: suggestion(
      column,
      names,
      names.length > 0
        ? `It has ${names.slice(0, 10).join(', ')}.`
        : `It has no heading: give a number from 1 to ${columns.length}.`,
    ),
  });
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

function parseRecords(text: string, file: string, code: ErrorCode): Row[] {
  try {
    const records: unknown = parse(text, {
      bom: true,
      comment: '#',
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    // With `info` the parser answers pairs, which its types do not say.
    return (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (cause) {
    throw new SpiceLabError(code, 'the file is not CSV', {
      place: { file },
      cause,
      remedy: 'Check its quotes: every opening one needs a closing one.',
    });
  }
}

function cellNumber(cell: string, file: string, line: number, code: ErrorCode): number {
  const number = readNumber(cell);
  if (number) return number.value;
  throw new SpiceLabError(code, cell === '' ? 'a number is missing' : `"${cell.slice(0, 40)}" is no number`, {
    place: { file, line },
    remedy: 'Every row below the heading needs a number in every column.',
  });
}
