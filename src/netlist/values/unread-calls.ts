import { type Place, SpiceLabError } from '../../errors/index.ts';
import type { Scope } from '../cards.ts';
import { findStatisticalCalls } from '../statistical.ts';
import { findFunction } from './names.ts';
import type { Piece } from './pieces.ts';

/**
 * ngspice evaluates a call only in a value that it takes for an expression; elsewhere on a device's or model's line it
 * refuses the deck, or reads the number before the call and leaves the call out (measured of 39.3).
 * @throws SpiceLabError DECK_SYNTAX for a statistical call of a line that is in none of its pieces
 */
export function requireReadCalls(line: string, pieces: readonly Piece[], scope: Scope, place: Place): void {
  const withoutStrings = line.replace(/"[^"]*"/g, (string) => ' '.repeat(string.length));
  for (const { name, start, end } of findStatisticalCalls(withoutStrings)) {
    const isRead = pieces.some((piece) => piece.start <= start && piece.start + piece.text.length >= end);
    if (isRead || findFunction(name, scope)) continue;
    const call = line.slice(start, end);
    throw new SpiceLabError(
      'DECK_SYNTAX',
      `${call} has no braces around it, and ngspice does not evaluate it here`,
      {
        place,
        remedy: `Put braces around it: {${call}}`,
      },
    );
  }
}
