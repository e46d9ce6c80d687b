import type { Place } from '../../errors/index.ts';
import type { Circuit } from '../../plan/index.ts';

/** Where line `line` (1-based) of a circuit's text stands in the user's own files. */
export function placeOfLine(circuit: Pick<Circuit, 'sources' | 'origins'>, line: number): Place | undefined {
  let found: Circuit['origins'][number] | undefined;
  for (const origin of circuit.origins) {
    if (origin.line > line) break;
    found = origin;
  }
  const file = found && circuit.sources[found.source];
  return found && file !== undefined ? { file, line: found.sourceLine + line - found.line } : undefined;
}

/**
 * Where a line stands that a simulator complains about. It prints the line flattened and counts lines in its own way, so
 * its first word decides: that of line `line` if it is the same, otherwise of the only line that begins with it.
 */
export function placeOfStatement(
  circuit: Pick<Circuit, 'text' | 'sources' | 'origins'>,
  statement: string,
  line?: number,
): Place | undefined {
  const wanted = firstWord(statement);
  if (wanted === '') return undefined;
  const local = wanted.split('.').at(-1)!;
  const lines = circuit.text.split('\n');
  if (line !== undefined && [wanted, local].includes(firstWord(lines[line - 1] ?? '')))
    return placeOfLine(circuit, line);
  const matches = lines.flatMap((text, k) => ([wanted, local].includes(firstWord(text)) ? [k + 1] : []));
  return matches.length === 1 ? placeOfLine(circuit, matches[0]!) : undefined;
}

/** The first line that uses a name that the simulator misses, where it does not say which does. */
export function placeOfName(
  circuit: Pick<Circuit, 'text' | 'sources' | 'origins'>,
  name: string | undefined,
): Place | undefined {
  if (name === undefined || !/^\w+$/.test(name)) return undefined;
  const word = new RegExp(`\\b${name}\\b`, 'i');
  // the first line is the title
  const at = circuit.text.split('\n').findIndex((line, k) => k > 0 && word.test(line));
  return at < 0 ? undefined : placeOfLine(circuit, at + 1);
}

const firstWord = (text: string): string => text.trim().split(/\s+/)[0]!.toLowerCase();
