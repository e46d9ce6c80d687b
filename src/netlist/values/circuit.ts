import { readNumber } from '../../expression/index.ts';
import type { CircuitValues, OpenTargets } from '../circuit-values.ts';
import type { DeckWarning } from '../classify.ts';
import type { Deck } from '../deck.ts';
import type { FlatInstance } from '../elaborate.ts';
import { unwrap } from '../tokens.ts';
import { createDrawings } from './draws.ts';
import { createEvaluator } from './evaluator.ts';
import { numberOf } from './fold.ts';
import { multipliedScopes } from './multiplied.ts';
import { settingsOf } from './options.ts';
import { quietly } from './quietly.ts';
import { residualsOf } from './residuals.ts';
import { createSelection } from './selection.ts';

/**
 * Evaluates the parameters of a flattened circuit as ngspice does when it loads it, and leaves expressions where a study's
 * targets or random draws are involved. Only what devices, models and other lines read is evaluated.
 * @throws SpiceLabError PARAMETER_UNDEFINED, EXPRESSION_*, DECK_SYNTAX (a parameter that is defined by itself, a
 * statistical call with a wrong number of arguments, a value that is not finite)
 */
export function evaluateCircuit(
  deck: Deck,
  open: OpenTargets,
  { firstDraw }: { readonly firstDraw: number },
): CircuitValues {
  const drawings = createDrawings();
  const notices: DeckWarning[] = [];
  const { temperature, scale } = settingsOf(deck.lines);
  const multiplied = multipliedScopes(deck.root);
  const evaluator = createEvaluator({
    root: deck.root,
    open,
    drawing: drawings,
    temperature,
    multiplied,
    placeOf: (line) => deck.placeOf(deck.lines[line]!),
    notice: (warning) => notices.push(warning),
  });
  const selection = createSelection({ circuit: deck.circuit, evaluator, drawings, scale });
  const residuals = residualsOf({ deck, evaluator, selection, multiplied });
  const position = new Map<FlatInstance | undefined, number>([[undefined, -1]]);
  deck.circuit.instances.forEach((instance, index) => {
    position.set(instance, index);
  });
  const { draws, sites } = drawings.finish(firstDraw, (instance) => position.get(instance)!);
  return {
    draws,
    sites,
    residuals,
    notices,
    cardsOf: selection.cardsOf,
    besideOf: selection.besideOf,
    value(text, instance) {
      const number = readNumber(unwrap(text));
      if (number) return numberOf(number.value);
      const written = { text, line: instance?.card.line ?? 0, start: 0, label: '' };
      const frame = evaluator.frameOf(instance?.parent);
      return quietly(() => drawings.sealed(() => evaluator.evaluate(written, frame)));
    },
  };
}
