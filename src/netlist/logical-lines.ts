import { SpiceLabError } from '../errors/index.ts';

/** A card with its continuations joined and its comments gone; `line` is where it starts in its file, from 1. */
export interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

const CONTROL = /^\.control\b/i;
const END_CONTROL = /^\.endc\b/i;

/**
 * Joins `+` continuations (blank and comment lines between are skipped, as ngspice does) and drops comments: lines that
 * start with `*`, `#` or `$`, and the rest of a line after `;`, `//` or a `$` that follows a blank or a comma.
 * Lines of a `.control` block are kept as they are, because `$` and `;` mean something else there.
 * @param from lines before this one (counted from 1) are left out
 * @throws SpiceLabError DECK_SYNTAX where a continuation has nothing to continue
 */
export function logicalLines(text: string, file: string, from = 1): LogicalLine[] {
  const unix = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const lines: LogicalLine[] = [];
  let first = '';
  let continued: string[] = [];
  let start = 0;
  let inControl = false;
  const flush = () => {
    if (first !== '') lines.push({ text: [first, ...continued].join(' '), line: start });
    if (continued.length > 0) continued = [];
  };
  let at = 0;
  for (let number = 1; at <= unix.length; number++) {
    const found = unix.indexOf('\n', at);
    const end = found < 0 ? unix.length : found;
    const raw = number < from ? '' : unix.slice(at, end).trim();
    at = end + 1;
    const stripped = inControl ? raw : stripComment(raw);
    if (stripped === '') continue;
    if (stripped[0] === '+') {
      if (first === '') {
        throw new SpiceLabError('DECK_SYNTAX', 'a continuation line (+) has no line to continue', {
          place: { file, line: number },
          remedy: 'Put the line that it continues before it, or take the + away.',
        });
      }
      continued.push(stripped.slice(1).trim());
      continue;
    }
    flush();
    first = stripped;
    start = number;
    if (stripped[0] !== '.') continue;
    if (CONTROL.test(stripped)) inControl = true;
    else if (END_CONTROL.test(stripped)) inControl = false;
  }
  flush();
  return lines;
}

/** A path that begins with a variable: its `$` is no comment. */
const NAMES_VARIABLE = /^\.(?:lib|incl?|include)\s+\$(?=[\w{:])/i;
const COMMENT_START = /^[*#$;]|^\/\//;

function stripComment(line: string): string {
  if (COMMENT_START.test(line)) return '';
  if (!/[;$]|\/\//.test(line)) return line;
  let quoted = false;
  const from = NAMES_VARIABLE.exec(line)?.[0].length ?? 0;
  for (let i = from; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') quoted = !quoted;
    if (!quoted && startsComment(line, i)) return line.slice(0, i).trim();
  }
  return line;
}

function startsComment(line: string, at: number): boolean {
  const character = line[at];
  if (character === ';') return true;
  const before = line[at - 1] ?? ' ';
  const blankBefore = before === ' ' || before === '\t';
  if (character === '$') return blankBefore || before === ',';
  // a double slash inside a path is no comment
  return character === '/' && line[at + 1] === '/' && blankBefore;
}
