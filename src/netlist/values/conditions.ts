import type { Guard } from '../cards.ts';
import type { Holds } from '../elaborate.ts';
import type { Evaluator } from './evaluator.ts';
import type { Frame } from './frame.ts';

/** Which branches of `.if` blocks a deck takes, in each copy of a subcircuit, with everything at its nominal value. */
export function createConditions(nominal: Evaluator): Holds {
  const known = new Map<Frame, Map<Guard, boolean>>();
  return (innermost, inside) => {
    const frame = nominal.frameOf(inside);
    const decided = known.get(frame) ?? new Map<Guard, boolean>();
    known.set(frame, decided);
    const open: Guard[] = [];
    let guard: Guard | undefined = innermost;
    for (; guard && !decided.has(guard); guard = guard.outer) open.push(guard);
    let result = guard ? decided.get(guard)! : true;
    for (const each of open.toReversed()) {
      result &&= isTrue(nominal, each, frame) === each.holds;
      decided.set(each, result);
    }
    return result;
  };
}

function isTrue(evaluator: Evaluator, { condition: text, line, start }: Guard, frame: Frame): boolean {
  const value = evaluator.evaluate({ text, line, start, label: '.if' }, frame);
  return value.kind === 'number' && value.value !== 0;
}
