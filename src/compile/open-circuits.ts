import { type Expression, parseExpression } from '../expression/index.ts';
import type { Deck, OpenTargets } from '../netlist/index.ts';
import type { Study } from '../study/schema.ts';
import type { EvaluatedCircuit } from './residual-assignments.ts';
import { type Settings, settingValue } from './settings.ts';
import type { DeckDraws } from './statistics/statistics.ts';
import { addDrawVariables, type DrawVariable, type GivenDraw } from './statistics/variables.ts';

/** The circuits of a plan with what varies in them, and the draws that became variables. */
export interface OpenCircuits {
  /** Per deck; `undefined`: nothing of it had to be evaluated. */
  readonly evaluated: readonly (EvaluatedCircuit | undefined)[];
  readonly draws: readonly DrawVariable[];
}

/** Evaluates each deck with what the study sets left open, and makes variables of its draws. */
export function openCircuits(
  study: Pick<Study, 'statistics'>,
  decks: readonly Deck[],
  draws: readonly DeckDraws[],
  settings: Settings,
): OpenCircuits {
  const opened = settings.all().filter((setting) => setting.matches[0]!.opens);
  // also where nothing is open: what is wrong in the deck is told with its place, and bins that nothing selects go
  if (decks.every(({ circuit }) => circuit.instances.length === 0)) {
    return { evaluated: decks.map(() => undefined), draws: [] };
  }
  const given = new Map<string, GivenDraw>();
  const surveyed = draws.map((deck, i) => {
    const parameters = new Map<string, Expression>();
    const instances = new Map<string, Map<string, Expression>>();
    for (const setting of opened) {
      const opens = setting.matches[i]!.opens!;
      const value = parseExpression(settingValue(setting));
      if ('draws' in opens) for (const key of opens.draws) given.set(key, { value, sets: opens.sets });
      else if (!('instance' in opens)) parameters.set(opens.parameter, value);
      else {
        const known = instances.get(opens.instance) ?? new Map<string, Expression>();
        instances.set(opens.instance, known.set(opens.parameter, value));
      }
    }
    return deck.evaluate({ parameters, instances, ...temperatureOf(settings) });
  });
  const drawn = addDrawVariables(surveyed, study.statistics.vary, given, settings);
  return {
    evaluated: surveyed.map((each, i) => ({ surveyed: each, binding: drawn.bindings[i]! })),
    draws: drawn.variables,
  };
}

function temperatureOf(settings: Settings): Pick<OpenTargets, 'temperature'> {
  const setting = settings.find('temperature');
  return setting ? { temperature: parseExpression(settingValue(setting)) } : {};
}
