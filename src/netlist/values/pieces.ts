import { readNumber } from '../../expression/index.ts';
import type { InstanceCard, ModelCard } from '../cards.ts';
import { DEVICE_KINDS } from '../devices.ts';
import { mayDraw } from '../statistical.ts';
import type { ParameterText, Span, Token } from '../tokens.ts';
import type { ReadText } from './text.ts';

/** A stretch of a device's or model's line that the simulator evaluates. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly label: string;
  readonly written: ParameterText | (Span & { readonly word: number });
  /** `strict`: it is an expression, or the deck is wrong. `guess`: it may as well be the name of something. */
  readonly reading: 'strict' | 'guess';
  /** Evaluated by the simulation over and over, as a behavioural source is. */
  readonly behavioural: boolean;
}

/** Words of a source's line that are no parameters, whatever parameters are called. */
const SOURCE_WORDS = new Set(
  'dc ac pulse sin exp pwl sffm am trnoise trrandom external distof1 distof2 portnum z0'.split(' '),
);
const BARE_NAMES = /(?<![\w.$#@:])[a-z_]\w*(?![\w.$#:(])/gi;
/** Devices whose resistance and the like may be an expression of the simulation. */
const PASSIVE = new Set(['r', 'c', 'l']);
const PLAIN_NUMBER = /^[+-]?[\d.]/;

/** What of a device's line is to be evaluated; plain numbers, nodes and names are left out. */
export function piecesOf(card: InstanceCard, line: string, read: ReadText): readonly Piece[] {
  if (card.letter === 'b') return behaviouralPieces(card, line, read);
  const fromWords = card.words.flatMap((token, word) => piecesOfWord(card, token, word, read));
  return [...fromWords, ...card.parameters.flatMap((entry) => piecesOfParameter(card, entry, read))];
}

/** As `piecesOf`, of a `.model` line. */
export function piecesOfModel(card: ModelCard, read: ReadText): readonly Piece[] {
  return card.parameters().flatMap((written) => {
    if (isPlainNumber(written.text)) return [];
    const { text, start, name } = written;
    return expressionsIn(text, start, read).map((piece) => ({
      ...piece,
      label: `${card.name}[${name}]`,
      written,
      behavioural: false,
    }));
  });
}

export const isPlainNumber = (text: string): boolean =>
  PLAIN_NUMBER.test(text) && readNumber(text) !== undefined;

function piecesOfParameter(card: InstanceCard, written: ParameterText, read: ReadText): Piece[] {
  const { text, start, name } = written;
  if (isPlainNumber(text)) return [];
  const label = `${card.name}[${name}]`;
  return expressionsIn(text, start, read).map((piece) => ({
    ...piece,
    label,
    written,
    behavioural: isBehavioural(card, piece.text, read),
  }));
}

function piecesOfWord(card: InstanceCard, token: Token, word: number, read: ReadText): Piece[] {
  const { text, start } = token;
  if (/[{']/.test(text)) {
    const whole = /^[{']/.test(text) && read(text).expression;
    const found = whole ? [{ text, start, reading: 'strict' as const }] : groupsIn(text, start);
    return found.map((piece) => ({
      ...piece,
      label: card.name,
      written: { word, start: piece.start, end: piece.start + piece.text.length },
      behavioural: isBehavioural(card, piece.text, read),
    }));
  }
  return word < firstValue(card) ? [] : bareNames(card, token, word);
}

/** Index of the first word behind the nodes and the model or controlling source. */
function firstValue({ letter, words }: InstanceCard): number {
  const kind = DEVICE_KINDS.get(letter);
  if (!kind || kind.nodes === 0) return words.length - (letter === 'k' ? 1 : 0);
  return kind.nodes + (kind.model === 'required' || letter === 'f' || letter === 'h' ? 1 : 0);
}

/** ngspice puts the value of a parameter in the place of its bare name: `v1 in 0 vdd`, `pulse(0 vdd 1n)`. */
function bareNames(card: InstanceCard, { text, start }: Token, word: number): Piece[] {
  return [...text.matchAll(BARE_NAMES)]
    .filter(([name]) => !SOURCE_WORDS.has(name.toLowerCase()))
    .map((match) => {
      const at = start + match.index;
      return {
        text: match[0],
        start: at,
        label: card.name,
        written: { word, start: at, end: at + match[0].length },
        reading: 'guess',
        behavioural: false,
      };
    });
}

/** `b1 out 0 v = …`: everything behind the first `=`, or the groups in it where it goes on with other parameters. */
function behaviouralPieces(card: InstanceCard, line: string, read: ReadText): Piece[] {
  const first = card.parameters[0];
  if (!first) return [];
  const whole = line.slice(first.start);
  const found = read(whole).expression
    ? [{ text: whole, start: first.start, reading: 'guess' as const }]
    : groupsIn(whole, first.start);
  return found.map((piece) => ({
    ...piece,
    label: card.name,
    written: first,
    reading: 'guess',
    behavioural: true,
  }));
}

function isBehavioural(card: InstanceCard, text: string, read: ReadText): boolean {
  const { simulated, names } = read(text);
  // ngspice makes a behavioural device of a resistor whose value depends on the temperature
  return simulated || (PASSIVE.has(card.letter) && names.has('temper'));
}

type Found = Pick<Piece, 'text' | 'start' | 'reading'>;

/** The expression that a value is, or those in it: `tc={a},{b}`. */
function expressionsIn(text: string, start: number, read: ReadText): Found[] {
  if (text.startsWith('"')) return [];
  const wrapped = /^[{']/.test(text);
  const strict = wrapped || mayDraw(text);
  if (read(text).expression) return [{ text, start, reading: strict ? 'strict' : 'guess' }];
  const groups = groupsIn(text, start);
  return groups.length === 1 && wrapped ? [{ text, start, reading: 'strict' }] : groups;
}

const GROUP = /\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|'[^']*'/g;

/** The stretches in braces or quotes of a text. */
export function groupsIn(text: string, start: number): Found[] {
  return [...text.matchAll(GROUP)].map((match) => ({
    text: match[0],
    start: start + match.index,
    reading: 'strict',
  }));
}
