import {
  type Census,
  censusOf,
  countLines,
  type Deck,
  reachedLines,
  type ShakeHints,
} from '../netlist/index.ts';
import type { Circuit, Slot } from '../plan/index.ts';
import type { SlotPlace } from './match.ts';

/** One slot to be: where, the expression that fills it, and what stands there until then. */
export interface SlotEdit {
  readonly place: SlotPlace;
  readonly value: string;
  readonly nominal: string;
  readonly active: boolean;
}

/** A stretch of a line that is written anew, or an insertion where it is empty. */
export interface TextEdit {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A circuit, and how much of its deck it needs. */
export interface BuiltCircuit {
  readonly circuit: Circuit;
  readonly census: readonly Census[];
}

/**
 * A deck as one self-contained text with slots, without the lines that nothing reaches, and where each line came from.
 * @param rewrites what is written anew; where two of them, or one and a slot, overlap, the first counts, and a slot before all
 * @param hints names and lines that stay though the text does not mention them; lines with slots stay anyway
 */
export function buildCircuit(
  deck: Deck,
  label: string,
  edits: readonly SlotEdit[],
  rewrites: readonly TextEdit[] = [],
  hints: ShakeHints = {},
): BuiltCircuit {
  const byLine = groupByLine(edits, ({ place }) => place.line);
  const rewritesByLine = groupByLine(rewrites, ({ line }) => line);
  const added = (byLine.get(ADDED_LINE) ?? []).map((edit) => editLine('', [edit]));
  byLine.delete(ADDED_LINE);
  const lines = deck.lines.map(({ text }, line) =>
    editLine(text, byLine.get(line), rewritesByLine.get(line)),
  );
  const texts = lines.map(({ text }) => text);
  // without devices the parameters are all there is, and measurements read them
  const kept =
    deck.circuit.instances.length === 0
      ? texts.map(() => true)
      : reachedLines(texts, { ...hints, lines: [...(hints.lines ?? []), ...byLine.keys()] });
  const needed = lines.filter((_, line) => kept[line]).map(tidyWithoutSlots);
  const parts = [{ text: deck.title, slots: [] }, ...needed, ...added];
  return {
    circuit: {
      label,
      text: `${parts.map(({ text }) => text).join('\n')}\n.end\n`,
      slots: placeSlots(parts),
      sources: deck.sources.map((source) => source.label),
      origins: originsOf(deck, kept),
    },
    census: censusOf(deck.size, countLines(needed)),
  };
}

const ADDED_LINE = -1;

/** A line with its slots, whose offsets count from its own beginning. */
interface SlottedLine {
  readonly text: string;
  readonly slots: readonly Slot[];
}

function editLine(
  text: string,
  edits: readonly SlotEdit[] = [],
  rewrites: readonly TextEdit[] = [],
): SlottedLine {
  // a library has far more lines than are edited or needed
  if (edits.length + rewrites.length === 0) return { text, slots: [] };
  const tidy = tidierOf(text);
  const slots: Slot[] = [];
  let out = '';
  let from = 0;
  for (const change of changesInOrder(edits, rewrites)) {
    const start = Math.min(change.start, text.length);
    out += tidy(text.slice(from, start)) + change.prefix;
    if (change.slot) slots.push({ offset: out.length, length: change.text.length, ...change.slot });
    out += change.text;
    from = Math.max(start, Math.min(change.end, text.length));
  }
  return { text: out + tidy(text.slice(from)), slots };
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
  readonly text: string;
  readonly slot?: { readonly value: string; readonly active: boolean };
}

function changesInOrder(edits: readonly SlotEdit[], rewrites: readonly TextEdit[]): Change[] {
  const changes = edits.map(({ place, value, nominal, active }): Change => {
    const { start, end, prefix } = place;
    return { start, end, prefix, text: nominal, slot: { value, active } };
  });
  for (const rewrite of rewrites)
    if (!changes.some((change) => overlaps(change, rewrite))) changes.push({ ...rewrite, prefix: '' });
  return changes.sort((a, b) => a.start - b.start || a.end - b.end);
}

const overlaps = (a: Omit<Change, 'prefix' | 'text'>, b: Omit<Change, 'prefix' | 'text'>): boolean =>
  a.start < b.end && b.start < a.end;

/** Blanks carry no meaning but in file names. */
const tidierOf = (text: string): ((part: string) => string) =>
  text.includes('"') ? (part) => part : (part) => part.replace(/[ \t]+/g, ' ');

const tidyWithoutSlots = (line: SlottedLine): SlottedLine =>
  line.slots.length > 0 ? line : { text: tidierOf(line.text)(line.text), slots: [] };

function placeSlots(lines: readonly SlottedLine[]): Slot[] {
  let offset = 0;
  return lines.flatMap(({ text, slots }) => {
    const from = offset;
    offset += text.length + 1;
    return slots.map((slot) => ({ ...slot, offset: from + slot.offset }));
  });
}

function groupByLine<E>(edits: readonly E[], lineOf: (edit: E) => number): Map<number, E[]> {
  const byLine = new Map<number, E[]>();
  for (const edit of edits) {
    const known = byLine.get(lineOf(edit));
    if (known) known.push(edit);
    else byLine.set(lineOf(edit), [edit]);
  }
  return byLine;
}

/** Run-length encoded: an entry where the source changes or lines were joined or left out. */
function originsOf(deck: Deck, kept: readonly boolean[]): Circuit['origins'] {
  const origins: Circuit['origins'] = [{ line: 1, source: 0, sourceLine: 1 }];
  let expected = { source: 0, line: 2 };
  let at = 1;
  deck.lines.forEach(({ source, line }, index) => {
    if (!kept[index]) return;
    at++;
    if (source !== expected.source || line !== expected.line) {
      origins.push({ line: at, source, sourceLine: line });
    }
    expected = { source, line: line + 1 };
  });
  return origins;
}
