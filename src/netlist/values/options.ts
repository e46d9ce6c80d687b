import { type Expression, parseExpression, readNumber } from '../../expression/index.ts';
import type { Scope } from '../cards.ts';
import type { Line } from '../flatten.ts';
import { unwrap, wordsOf } from '../tokens.ts';
import { numberOf } from './fold.ts';

/** What `.temp` and `.options` lines say about values. */
export interface Settings {
  /** Degrees Celsius. */
  readonly temperature: Expression;
  /** Of the geometry of transistors. */
  readonly scale: number;
}

const ROOM_TEMPERATURE = 27;

export function optionsOf(_root: Scope, lines: readonly Line[]): Settings {
  let temperature: Expression = numberOf(ROOM_TEMPERATURE);
  let scale = 1;
  for (const { text } of lines) {
    if (text[0] !== '.') continue;
    if (/^\.temp\b/i.test(text)) {
      const [, value] = wordsOf(text).words;
      if (value) temperature = read(value.text) ?? temperature;
    } else if (/^\.opt(?:ions?)?\b/i.test(text)) {
      for (const entry of wordsOf(text).parameters) {
        if (entry.name === 'temp') temperature = read(entry.text) ?? temperature;
        if (entry.name === 'scale') scale = readNumber(unwrap(entry.text))?.value ?? scale;
      }
    }
  }
  return { temperature, scale };
}

function read(text: string): Expression | undefined {
  const number = readNumber(unwrap(text));
  if (number) return numberOf(number.value);
  try {
    return parseExpression(text);
  } catch {
    return undefined;
  }
}
