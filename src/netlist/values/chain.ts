import { SpiceLabError } from '../../errors/index.ts';
import type { Frame } from './frame.ts';
import type { ReadText } from './text.ts';

/**
 * Evaluates what a top-level parameter reads, from the leaves up, so that chains of any length need no stack. What goes
 * wrong is kept in `failed`, and told when it is really read.
 */
export function evaluateLeaves(
  name: string,
  frame: Frame,
  read: ReadText,
  failed: Map<string, SpiceLabError>,
  evaluate: (name: string) => unknown,
): void {
  const path = [name];
  const entered = new Set(path);
  while (path.length > 0) {
    const formal = frame.names.formals.get(path.at(-1)!)!;
    const next = [...read(formal.text).names].find(
      (other) => !entered.has(other) && frame.names.formals.has(other) && !frame.values.has(other),
    );
    if (next !== undefined) {
      entered.add(next);
      path.push(next);
      continue;
    }
    path.pop();
    if (path.length === 0 || frame.open.has(formal.name)) continue;
    try {
      evaluate(formal.name);
    } catch (thrown) {
      if (!(thrown instanceof SpiceLabError) || thrown.code === 'DECK_TOO_LARGE') throw thrown;
      failed.set(formal.name, thrown);
    }
  }
}
