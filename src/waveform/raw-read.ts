import { SpiceLabError } from '../errors/index.ts';
import type { RawPlot } from './raw-types.ts';

/** More would not fit into memory; a larger figure in a header is a torn or a foreign file. */
const MOST_VALUES = 2 ** 30;

interface Header {
  readonly title: string;
  readonly date: string;
  readonly name: string;
  readonly complex: boolean;
  readonly points: number;
  readonly variables: readonly { readonly name: string; readonly type: string }[];
}

/**
 * The plots of an ngspice raw file, ASCII or binary, real or complex, in the order of the file.
 * @throws SpiceLabError FILE_FAILED for a file that is torn or is none (LTspice's, in UTF-16, is none)
 */
export function readRaw(bytes: Uint8Array): RawPlot[] {
  const cursor = new Cursor(bytes);
  const plots: RawPlot[] = [];
  while (cursor.skipBlank()) plots.push(readPlot(cursor));
  return plots;
}

function readPlot(cursor: Cursor): RawPlot {
  const { header, binary } = readHeader(cursor);
  const { title, date, name, complex, points, variables } = header;
  const empty = (): Float64Array => new Float64Array(points);
  const vectors = variables.map(() => (complex ? { re: empty(), im: empty() } : { re: empty() }));
  if (binary) readBinary(cursor, points, vectors);
  else readAscii(cursor, points, vectors);
  return {
    title,
    date,
    name,
    variables: variables.map((variable, k) => ({ ...variable, vector: vectors[k]! })),
  };
}

interface Columns {
  readonly re: Float64Array;
  readonly im?: Float64Array | undefined;
}

function readHeader(cursor: Cursor): { header: Header; binary: boolean } {
  const fields = readFields(cursor);
  const count = size(fields, 'no. variables', cursor);
  const points = size(fields, 'no. points', cursor);
  const complex = /\bcomplex\b/i.test(fields.get('flags') ?? '');
  const values = count * points * (complex ? 2 : 1);
  // checked before anything is allocated: a value takes at least a byte, a variable a line of five
  if (values > MOST_VALUES || count * 5 > cursor.left || values > cursor.left)
    throw torn('it ends before its last value', cursor);
  const variables = readVariables(cursor, count, fields.get('variables') ?? '');
  const section = cursor.line().trim().toLowerCase();
  if (section !== 'values:' && section !== 'binary:')
    throw torn('neither "Values:" nor "Binary:" follows the variables', cursor);
  const binary = section === 'binary:';
  if (values * (binary ? 8 : 1) > cursor.left) throw torn('it ends before its last value', cursor);
  const text = (key: string): string => fields.get(key) ?? '';
  return {
    header: { title: text('title'), date: text('date'), name: text('plotname'), complex, points, variables },
    binary,
  };
}

/** The lines `Key: value` up to and with `Variables:`. */
function readFields(cursor: Cursor): Map<string, string> {
  const fields = new Map<string, string>();
  while (!fields.has('variables')) {
    const line = cursor.line();
    const colon = line.indexOf(':');
    if (colon < 0 && line.trim() !== '') throw torn('a header line has no colon', cursor);
    if (colon >= 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

function size(fields: ReadonlyMap<string, string>, key: string, cursor: Cursor): number {
  const text = fields.get(key) ?? '';
  if (!/^\d{1,15}$/.test(text)) throw torn(`the header has no valid "${key}"`, cursor);
  return Number(text);
}

function readVariables(cursor: Cursor, count: number, sameLine: string): { name: string; type: string }[] {
  const variables: { name: string; type: string }[] = [];
  for (let k = 0; k < count; k++) {
    // some writers put the first variable on the line of "Variables:"
    const line = k === 0 && sameLine !== '' ? sameLine : cursor.line();
    const [, name, type = 'notype'] = line.trim().split(/\s+/);
    if (name === undefined) throw torn('a variable has no name', cursor);
    variables.push({ name, type });
  }
  return variables;
}

function readBinary(cursor: Cursor, points: number, vectors: readonly Columns[]): void {
  const width = vectors.reduce((sum, vector) => sum + (vector.im ? 16 : 8), 0);
  const view = cursor.take(points * width);
  let at = 0;
  for (let k = 0; k < points; k++) {
    for (const { re, im } of vectors) {
      re[k] = view.getFloat64(at, true);
      at += 8;
      if (im) {
        im[k] = view.getFloat64(at, true);
        at += 8;
      }
    }
  }
}

function readAscii(cursor: Cursor, points: number, vectors: readonly Columns[]): void {
  for (let k = 0; k < points; k++) {
    if (Number(cursor.word()) !== k) throw torn(`point ${k} is not where it should be`, cursor);
    for (const { re, im } of vectors) {
      const [real, imaginary] = cursor.word().split(',');
      re[k] = readValue(real, cursor);
      if (im) im[k] = readValue(imaginary, cursor);
    }
  }
}

function readValue(text: string | undefined, cursor: Cursor): number {
  const value = Number(text);
  if (text !== undefined && text !== '' && !Number.isNaN(value)) return value;
  const special = /^([+-])?(nan|inf)/i.exec(text ?? '');
  if (!special) throw torn(`"${text ?? ''}" is not a value`, cursor);
  if (special[2]!.toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** A position in the file: header lines and words are text, the rest may be binary. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Goes to the next byte that is no white space; false at the end. */
  skipBlank(): boolean {
    while (this.#at < this.#bytes.length && this.#bytes[this.#at]! <= 32) this.#at++;
    return this.#at < this.#bytes.length;
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw torn('it ends within its header', this);
    const text = decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  word(): string {
    if (!this.skipBlank()) throw torn('it ends before its last value', this);
    const start = this.#at;
    while (this.#at < this.#bytes.length && this.#bytes[this.#at]! > 32) this.#at++;
    return decode(this.#bytes.subarray(start, this.#at));
  }

  take(length: number): DataView {
    if (length > this.left) throw torn('it ends before its last value', this);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, length);
    this.#at += length;
    return view;
  }
}

const decoder = new TextDecoder();

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function torn(problem: string, cursor: Cursor): SpiceLabError {
  return new SpiceLabError('FILE_FAILED', `not a whole ngspice raw file: ${problem} (byte ${cursor.at})`, {
    remedy: 'Write it again with ngspice ("write FILE"), and copy it in binary mode.',
  });
}
