import type { Deck } from '../netlist/index.ts';
import type { Circuit, Slot } from '../plan/index.ts';
import type { SlotPlace } from './match.ts';

/** One slot to be: where, the expression that fills it, and what stands there until then. */
export interface SlotEdit {
  readonly place: SlotPlace;
  readonly value: string;
  readonly nominal: string;
  readonly active: boolean;
}

/** A deck as one self-contained text with slots, and where each line came from. */
export function buildCircuit(deck: Deck, label: string, edits: readonly SlotEdit[]): Circuit {
  const byLine = new Map<number, SlotEdit[]>();
  for (const edit of edits) byLine.set(edit.place.line, [...(byLine.get(edit.place.line) ?? []), edit]);
  const lines: string[] = [];
  const slots: Slot[] = [];
  let offset = 0;
  const push = (text: string) => {
    lines.push(text);
    offset += text.length + 1;
  };
  const pushEdited = (text: string, changes: readonly SlotEdit[]) => {
    let out = '';
    let from = 0;
    for (const { place, value, nominal, active } of inOrder(changes)) {
      const start = Math.min(place.start, text.length);
      out += text.slice(from, start) + place.prefix;
      slots.push({ offset: offset + out.length, length: nominal.length, value, active });
      out += nominal;
      from = Math.max(start, Math.min(place.end, text.length));
    }
    push(out + text.slice(from));
  };
  push(deck.title);
  deck.lines.forEach((line, index) => {
    const changes = byLine.get(index);
    if (changes) pushEdited(line.text, changes);
    else push(line.text);
  });
  for (const edit of byLine.get(ADDED_LINE) ?? []) pushEdited('', [edit]);
  push('.end');
  return {
    label,
    text: `${lines.join('\n')}\n`,
    slots,
    sources: deck.sources.map((source) => source.label),
    origins: originsOf(deck),
  };
}

const ADDED_LINE = -1;

const inOrder = (edits: readonly SlotEdit[]): SlotEdit[] =>
  [...edits].sort((a, b) => a.place.start - b.place.start || a.place.end - b.place.end);

/** Run-length encoded: an entry where the source changes or lines were joined or left out. */
function originsOf(deck: Deck): Circuit['origins'] {
  const origins: Circuit['origins'] = [{ line: 1, source: 0, sourceLine: 1 }];
  let expected = { source: 0, line: 2 };
  deck.lines.forEach(({ source, line }, index) => {
    if (source !== expected.source || line !== expected.line) {
      origins.push({ line: index + 2, source, sourceLine: line });
    }
    expected = { source, line: line + 1 };
  });
  return origins;
}
