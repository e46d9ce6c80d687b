import { type Place, SpiceLabError } from '../../errors/index.ts';
import type { Evaluator } from './evaluator.ts';
import { constant } from './fold.ts';
import type { Frame } from './frame.ts';
import type { Piece } from './pieces.ts';

interface Occurrence {
  readonly piece: Piece;
  readonly line: number;
  readonly frame: Frame;
  readonly value: number;
  placeOf(line: number): Place;
}

/** What to say of a device's value that is no finite number, at the definition that it comes from. */
export function nonFinite(
  evaluator: Evaluator,
  { piece, line, frame, value, placeOf }: Occurrence,
): SpiceLabError {
  let text = piece.text;
  let at = line;
  let within: Frame = frame;
  const seen = new Set<string>();
  for (;;) {
    const source = sourceOf(text, within, evaluator, seen);
    if (!source) break;
    ({ text, line: at, frame: within } = source);
  }
  const through = at === line ? '' : `, through ${text}`;
  return new SpiceLabError(
    'DECK_SYNTAX',
    `${piece.label} is ${value}, not a finite number${through === '' ? `: ${text}` : through}`,
    {
      place: placeOf(at),
      remedy: 'Look for a division by zero, or for a root or logarithm of a negative number.',
    },
  );
}

function sourceOf(
  text: string,
  from: Frame,
  evaluator: Evaluator,
  seen: Set<string>,
): { text: string; line: number; frame: Frame } | undefined {
  for (const name of evaluator.read(text).names) {
    for (let frame: Frame | undefined = from; frame; frame = frame.caller) {
      const formal = frame.names.formals.get(name);
      if (!formal) continue;
      const known = frame.values.get(name);
      const number = known && constant(known);
      if (number === undefined || Number.isFinite(number) || seen.has(name)) break;
      seen.add(name);
      const given = frame.given.get(name);
      return given
        ? { text: given.text, line: frame.instance!.card.line, frame: frame.caller! }
        : { text: formal.text, line: formal.line, frame };
    }
  }
  return undefined;
}
