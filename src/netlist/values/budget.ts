import { type Place, SpiceLabError } from '../../errors/index.ts';
import { childrenOf, type Expression } from '../../expression/index.ts';

/** Names and calls that one text of a deck may be expanded to: functions of functions double with every level. */
const MOST_EXPANSIONS = 20_000;
/** Operations of an expression that depends on draws or targets, and is computed for every sample. */
const MOST_NODES = 100_000;

/** Holds what one text of a deck comes to within what a computer can hold. */
export interface Budget {
  /** Counts one more function or statistical `.param` put into a text. @throws SpiceLabError DECK_TOO_LARGE */
  expand(text: { expansions: number }, place: () => Place): void;
  /** @throws SpiceLabError DECK_TOO_LARGE for an expression of too many operations, those of shared parts counted each time */
  check(value: Expression, place: () => Place): Expression;
}

export function createBudget(): Budget {
  const sizes = new WeakMap<Expression, number>();
  const sizeOf = (node: Expression): number => {
    const children = childrenOf(node);
    if (children.length === 0) return 1;
    let size = sizes.get(node);
    if (size === undefined) {
      size = children.reduce((sum, child) => sum + sizeOf(child), 1);
      sizes.set(node, size);
    }
    return size;
  };
  return {
    expand(text, place) {
      if (++text.expansions > MOST_EXPANSIONS)
        throw tooLarge(`more than ${MOST_EXPANSIONS} expansions`, place());
    },
    check(value, place) {
      if (sizeOf(value) > MOST_NODES) throw tooLarge(`more than ${MOST_NODES} operations`, place());
      return value;
    },
  };
}

const tooLarge = (what: string, place: Place): SpiceLabError =>
  new SpiceLabError('DECK_TOO_LARGE', `an expression here comes to ${what} with all that it names put in`, {
    place,
    remedy: 'Give what it repeats to a .param of its own, and use that parameter instead.',
  });
