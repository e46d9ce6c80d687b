import type { Place } from '../../errors/index.ts';
import type { Scope } from '../cards.ts';
import type { Line } from '../flatten.ts';
import { drawForm } from '../statistical-functions.ts';
import type { Drawing } from './draws.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { multipliedScopes } from './multiplied.ts';
import { settingsOf } from './options.ts';

/** Every statistical call at the value that it has when nothing varies. */
const HELD: Drawing = {
  draw: ({ call, args }) => drawForm(call, args).nominal,
  expanded() {},
};

/** A deck's texts as numbers: no target is open, and nothing is drawn. */
export function createNominal(
  root: Scope,
  lines: readonly Line[],
  placeOf: (line: number) => Place,
): Evaluator {
  return createEvaluator({
    root,
    open: { parameters: new Map(), instances: new Map() },
    drawing: HELD,
    temperature: settingsOf(lines).temperature,
    multiplied: multipliedScopes(root),
    placeOf,
    notice() {},
  });
}
