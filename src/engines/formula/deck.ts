import { type Place, SpiceLabError } from '../../errors/index.ts';
import type { Circuit } from '../../plan/index.ts';
import { placeOfLine } from '../common/index.ts';

/** One definition of a `.param` line, its expression as text (over names and `$k`). */
export interface Definition {
  readonly name: string;
  readonly text: string;
  readonly place: Place | undefined;
}

/**
 * The `.param` definitions of a circuit in the order they are written, its active slots replaced by their expressions.
 * @throws SpiceLabError ENGINE_LOAD for a line that is neither `.param`, comment, title nor `.end`
 */
export function readDefinitions(circuit: Circuit): Definition[] {
  return logicalLines(fillWithExpressions(circuit)).flatMap(({ text, line }) => {
    const place = placeOfLine(circuit, line);
    const param = /^\.param\b(.*)$/i.exec(text);
    if (param) return definitions(param[1]!, place);
    if (/^\.(end|title)\b/i.test(text)) return [];
    throw new SpiceLabError(
      'ENGINE_LOAD',
      `the formula engine simulates no circuits: "${text.slice(0, 60)}"`,
      {
        place,
        remedy: 'Keep only .param lines in this deck, or choose another engine: --engine wasm.',
      },
    );
  });
}

function fillWithExpressions({ text, slots }: Circuit): string {
  let filled = '';
  let reached = 0;
  for (const slot of slots) {
    if (!slot.active) continue;
    filled += `${text.slice(reached, slot.offset)}(${slot.value})`;
    reached = slot.offset + slot.length;
  }
  return filled + text.slice(reached);
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** Lines without title, comments and blank ones, continuations joined. */
function logicalLines(text: string): LogicalLine[] {
  const lines: { text: string; line: number }[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const trimmed = withoutComment(raw).trim();
    if (index === 0 || trimmed === '') continue;
    const previous = lines.at(-1);
    if (trimmed.startsWith('+') && previous) previous.text += ` ${trimmed.slice(1)}`;
    else lines.push({ text: trimmed, line: index + 1 });
  }
  return lines;
}

/** `* …` is a comment as a whole, `; …`, `$ …` and `// …` to the end of the line (`$0` is a variable). */
function withoutComment(line: string): string {
  if (/^\s*[*#]/.test(line)) return '';
  return line.replace(/(;|\/\/|(^|\s)\$\s).*$/, '');
}

const ASSIGNED = /\s*([a-z_][\w.]*)\s*=(?!=)\s*/iy;
const NEXT_ASSIGNED = /[\s,]+[a-z_][\w.]*\s*=(?!=)/gi;
const CLOSING: Readonly<Record<string, string>> = { "'": "'", '"': '"', '{': '}' };

function definitions(text: string, place: Place | undefined): Definition[] {
  const found: Definition[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    ASSIGNED.lastIndex = at;
    const assigned = ASSIGNED.exec(text);
    if (!assigned)
      throw new SpiceLabError('ENGINE_LOAD', `not a definition: "${text.slice(at).trim().slice(0, 60)}"`, {
        place,
        remedy: "Write .param name = value, or .param name = 'expression'.",
      });
    const end = endOfValue(text, ASSIGNED.lastIndex);
    found.push({
      name: assigned[1]!.toLowerCase(),
      text: text.slice(ASSIGNED.lastIndex, end).trim(),
      place,
    });
    at = end;
  }
  return found;
}

/** A quoted value ends at its quote, a bare one where the next `name =` begins. */
function endOfValue(text: string, start: number): number {
  const closing = CLOSING[text[start] ?? ''];
  const close = closing === undefined ? -1 : text.indexOf(closing, start + 1);
  const from = close < 0 ? start : close;
  NEXT_ASSIGNED.lastIndex = from;
  return NEXT_ASSIGNED.exec(text)?.index ?? text.length;
}
