import { readNumber } from '../../expression/index.ts';
import { unwrap } from '../tokens.ts';

/** A stretch of a line that is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function edited(text: string, edits: readonly Edit[]): string {
  const backwards = [...edits].sort((a, b) => b.start - a.start);
  return backwards.reduce(
    (whole, edit) => whole.slice(0, edit.start) + edit.text + whole.slice(edit.end),
    text,
  );
}

/** A value as part of an expression: a number without letters, which mean other things there (`mil`), or parentheses. */
export function plain(text: string): string {
  const inside = unwrap(text);
  const number = readNumber(inside);
  return number ? String(number.value) : `(${inside})`;
}
