import { didYouMean, nearestNames, type Place, SpiceLabError } from '../../errors/index.ts';
import { parseExpression, readNumber } from '../../expression/index.ts';
import { type Token, tokenize, unwrap } from '../tokens.ts';

/** The shape of a tolerance: one of PSpice's own, or the corners of a `.DISTRIBUTION` (deviation, density, …). */
export type Shape = 'uniform' | 'gauss' | readonly number[];

/** One `DEV` or `LOT` after a model parameter. */
export interface Tolerance {
  readonly kind: 'dev' | 'lot';
  /** Tolerances of one kind and number share a random number. */
  readonly track: string | undefined;
  readonly shape: Shape;
  /** A number where the deck has one, else its expression. */
  readonly amount: number | string;
  /** Of the parameter's value; else absolute. */
  readonly relative: boolean;
}

/** `NAME=value` of a `.model` line with what follows it. */
export interface ModelEntry {
  readonly name: string;
  /** As written. */
  readonly value: string;
  readonly tolerances: readonly Tolerance[];
}

export interface ModelText {
  readonly name: string;
  /** Lower case; `ako:base` where it is another model with changes. */
  readonly type: string;
  /** Words that are no `NAME=value`, such as the type after `ako:base`. */
  readonly words: readonly string[];
  readonly entries: readonly ModelEntry[];
}

/** What a deck says of distributions. */
export interface Shapes {
  readonly named: ReadonlyMap<string, Shape>;
  /** Of a tolerance that names none. */
  readonly usual: Shape;
}

const TOLERANCE = /^(dev|lot)((?:\/[^/]*)*)$/i;

/**
 * Reads a `.model` line with PSpice's tolerances: `R=1 DEV=5% LOT/GAUSS 10%`.
 * @throws SpiceLabError DECK_SYNTAX, DISTRIBUTION_INVALID
 */
export function readModelText(text: string, shapes: Shapes, place: Place): ModelText {
  const tokens = tokenize(text, { flat: true });
  const entries: { name: string; value: string; tolerances: Tolerance[] }[] = [];
  const words: string[] = [];
  const name = tokens[1]?.text ?? '';
  const type = tokens[2]?.text.toLowerCase() ?? '';
  for (let at = 3; at < tokens.length; ) {
    const token = tokens[at]!;
    const found = TOLERANCE.exec(token.text);
    if (found) {
      const { tolerance, next } = readTolerance(found, tokens, at, shapes, place);
      const entry = entries.at(-1);
      if (!entry) throw misplaced(token.text, place);
      entry.tolerances.push(tolerance);
      at = next;
    } else if (tokens[at + 1]?.text === '=' && tokens[at + 2] !== undefined) {
      entries.push({ name: token.text.toLowerCase(), value: tokens[at + 2]!.text, tolerances: [] });
      at += 3;
    } else {
      words.push(token.text);
      at++;
    }
  }
  return { name, type, words, entries };
}

function readTolerance(
  found: RegExpExecArray,
  tokens: readonly Token[],
  at: number,
  shapes: Shapes,
  place: Place,
): { tolerance: Tolerance; next: number } {
  const written = tokens[at]!.text;
  const kind = found[1]!.toLowerCase() as 'dev' | 'lot';
  const value = tokens[at + 1]?.text === '=' ? at + 2 : at + 1;
  const text = tokens[value]?.text;
  if (text === undefined || !/^[-+.\d{'"]/.test(text)) {
    throw new SpiceLabError('DECK_SYNTAX', `${written} has no value`, {
      place,
      remedy: `Write ${written}=5% for a share of the parameter's value, or ${written}=0.1 for an absolute tolerance.`,
    });
  }
  const apart = tokens[value + 1]?.text === '%';
  const relative = apart || text.endsWith('%');
  const amount = amountOf(text.replace(/%$/, ''), relative, written, place);
  const { track, shape } = readTracking(found[2]!, written, shapes, place);
  return { tolerance: { kind, track, shape, amount, relative }, next: value + (apart ? 2 : 1) };
}

function amountOf(text: string, relative: boolean, written: string, place: Place): number | string {
  const inside = unwrap(text);
  const number = readNumber(inside);
  if (!number) {
    parseExpression(inside, place);
    return relative ? `(${inside})/100` : `(${inside})`;
  }
  if (number.value < 0) {
    throw new SpiceLabError('DISTRIBUTION_INVALID', `${written} is ${text}, below zero`, {
      place,
      remedy: 'A tolerance holds to both sides: write it without a sign.',
    });
  }
  return relative ? number.value / 100 : number.value;
}

/** `/4/GAUSS`: a number to track by, a distribution, both in this order, or neither. */
function readTracking(
  text: string,
  written: string,
  shapes: Shapes,
  place: Place,
): { track: string | undefined; shape: Shape } {
  const parts = text.split('/').slice(1);
  const track = /^\d{1,2}$/.test(parts[0] ?? '') ? parts.shift() : undefined;
  const [name, ...more] = parts;
  if (name === undefined) return { track, shape: shapes.usual };
  const shape = shapes.named.get(name.toLowerCase());
  if (shape && more.length === 0) return { track, shape };
  const near = nearestNames(name, shapes.named.keys());
  throw new SpiceLabError(
    'DISTRIBUTION_INVALID',
    `${written}: there is no distribution "${parts.join('/')}"`,
    {
      place,
      remedy: didYouMean(
        near,
        `Write UNIFORM or GAUSS, after a number from 0 to 9 to track by if wanted, or define it: .DISTRIBUTION ${name} (-1,0) (0,1) (1,0).`,
      ),
    },
  );
}

function misplaced(written: string, place: Place): SpiceLabError {
  return new SpiceLabError('DECK_SYNTAX', `${written} follows no parameter of the model`, {
    place,
    remedy: `Write it after the parameter that it holds for: R=1 ${written}=5%.`,
  });
}
