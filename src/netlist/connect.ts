import { didYouMean, nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import type { InstanceCard, Scope } from './cards.ts';
import { DEVICE_KINDS } from './devices.ts';
import {
  findModel,
  findSubcircuit,
  type IsTaken,
  type ModelUse,
  visibleModels,
  visibleSubcircuits,
} from './visible.ts';

/** Devices with any number of nodes and then a model's name. */
const OPEN_ENDED = new Set(['a', 'n', 'p']);

/** Code models put their nodes in brackets and mark inverted ones: `[~a b]`. */
export const nodeName = (word: string): string => word.toLowerCase().replace(/^[[~]+|\]+$/g, '');

export interface Connection {
  readonly nodeCount: number;
  readonly body?: Scope;
  readonly model?: ModelUse;
}

/**
 * How many of an instance's words are nodes, and what it instantiates.
 * @param unused names of subcircuits that are not among the scopes
 * @throws SpiceLabError SUBCIRCUIT_UNDEFINED, MODEL_UNDEFINED, DECK_SYNTAX
 */
export function connect(
  card: InstanceCard,
  scope: Scope,
  placeOf: (line: number) => Place,
  unused: readonly string[],
  isTaken: IsTaken,
): Connection {
  if (card.letter === 'x') return connectSubcircuit(card, scope, placeOf(card.line), unused);
  const kind = DEVICE_KINDS.get(card.letter);
  if (!kind) return { nodeCount: 0 };
  if (OPEN_ENDED.has(card.letter)) return { nodeCount: card.words.length - 1 };
  if (kind.model === 'none') return { nodeCount: kind.nodes };
  for (let at = kind.nodes; at < card.words.length; at++) {
    const model = findModel(card.words[at]!.text.toLowerCase(), scope, isTaken);
    if (model) return { nodeCount: card.letter === 'w' ? 2 : at, model };
  }
  if (kind.model === 'optional') return { nodeCount: kind.nodes };
  const named = card.words[card.letter === 'm' ? Math.min(4, card.words.length - 1) : kind.nodes];
  const place = placeOf(card.line);
  if (!named || card.words.length <= kind.nodes) {
    throw new SpiceLabError('DECK_SYNTAX', `${card.name} names too few nodes or no model`, {
      place,
      remedy: `A ${kind.what} has at least ${kind.nodes} nodes and then its model's name.`,
    });
  }
  const near = nearestNames(named.text, visibleModels(scope));
  throw new SpiceLabError(
    'MODEL_UNDEFINED',
    `${card.name} uses the model "${named.text}", which is not defined`,
    {
      place,
      remedy: didYouMean(near, 'Add its .model line, or the .include or .lib line of the file that has it.'),
    },
  );
}

function connectSubcircuit(
  card: InstanceCard,
  scope: Scope,
  place: Place,
  unused: readonly string[],
): Connection {
  const named = card.words.at(-1)?.text ?? '';
  const body = findSubcircuit(named.toLowerCase(), scope);
  if (!body) {
    const near = nearestNames(named, [...visibleSubcircuits(scope), ...unused]);
    throw new SpiceLabError(
      'SUBCIRCUIT_UNDEFINED',
      `${card.name} uses the subcircuit "${named}", which is not defined`,
      {
        place,
        remedy: didYouMean(near, 'Add its .subckt, or the .include or .lib line of the file that has it.'),
      },
    );
  }
  const nodeCount = card.words.length - 1;
  if (nodeCount !== body.ports.length) {
    throw new SpiceLabError(
      'DECK_SYNTAX',
      `${card.name} has ${nodeCount} nodes, but the subcircuit ${body.name} has ${body.ports.length}`,
      { place, remedy: `Its nodes are: ${body.ports.join(' ') || 'none'}.` },
    );
  }
  return { nodeCount, body };
}
