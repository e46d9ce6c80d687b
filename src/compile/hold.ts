import { assignmentsOf, type Deck, findStatisticalCalls, holdLine } from '../netlist/index.ts';
import type { TextEdit } from './circuit-text.ts';

/** The deck's statistical calls at their nominal values: what is left of them in a text that only parameters vary. */
export function holdEdits(deck: Deck): TextEdit[] {
  const defined = ownFunctions(deck);
  return deck.lines.flatMap(({ text }, line) => {
    const calls = findStatisticalCalls(text, defined);
    if (calls.length === 0) return [];
    const [keyword] = /^\.params?\b/i.exec(text) ?? [];
    if (keyword === undefined) {
      return calls.map(({ start, end }) => ({
        line,
        start,
        end,
        text: heldText(text.slice(start, end), defined),
      }));
    }
    return assignmentsOf(text.slice(keyword.length)).flatMap((entry) => {
      const [start, end] = [entry.start + keyword.length, entry.end + keyword.length];
      const draws = calls.some((call) => call.start >= start && call.end <= end);
      return draws ? [{ line, start, end, text: heldDefinition(entry.text, defined) }] : [];
    });
  });
}

/** A value as a deck writes it, without statistical calls. */
export function holdText(deck: Deck, text: string): string {
  return heldText(text, ownFunctions(deck));
}

const heldText = (text: string, defined: ReadonlySet<string>): string => holdLine(text, defined).text;

const DEFINITION = '.param x=';
const heldDefinition = (text: string, defined: ReadonlySet<string>): string =>
  holdLine(DEFINITION + text, defined).text.slice(DEFINITION.length);

/** Lower-case names of the functions that a deck defines: a call of one is not statistical, whatever it is called. */
export function ownFunctions(deck: Deck): Set<string> {
  const names = new Set<string>();
  for (const { text } of deck.lines) {
    const name = /^\.func\s+([^\s(]+)/i.exec(text)?.[1];
    if (name !== undefined) names.add(name.toLowerCase());
  }
  return names;
}
