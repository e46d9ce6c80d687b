import { readNumber } from '../../expression/index.ts';
import type { Line } from '../flatten.ts';
import { unwrap, wordsOf } from '../tokens.ts';

/** What `.temp` and `.options` lines say about values. */
export interface Settings {
  /** The text of the temperature in degrees Celsius, and its line; `.temp` comes before `.options temp=` (measured). */
  readonly temperature: { readonly text: string; readonly line: number } | undefined;
  /** Of the geometry of transistors. */
  readonly scale: number;
}

export function settingsOf(lines: readonly Line[]): Settings {
  let fromTemp: Settings['temperature'];
  let fromOptions: Settings['temperature'];
  let scale = 1;
  lines.forEach(({ text }, line) => {
    if (text[0] !== '.') return;
    if (/^\.temp\b/i.test(text)) {
      const [, value] = wordsOf(text).words;
      if (value) fromTemp = { text: value.text, line };
    } else if (/^\.opt(?:ions?)?\b/i.test(text)) {
      for (const entry of wordsOf(text).parameters) {
        if (entry.name === 'temp') fromOptions = { text: entry.text, line };
        if (entry.name === 'scale') scale = readNumber(unwrap(entry.text))?.value ?? scale;
      }
    }
  });
  return { temperature: fromTemp ?? fromOptions, scale };
}
