import { nearestNames, type Place, SpiceLabError } from '../errors/index.ts';
import type { Expression } from '../expression/index.ts';
import { substitute } from '../expression/index.ts';
import type { Deck, FlatInstance } from '../netlist/index.ts';

/** Vectors of a simulation that are not nodes, by the simulator's names. */
const SPECIAL =
  /^(?:time|frequency|hertz|sweep|[a-z]+-sweep|[io]noise\S*|transfer_function|output_impedance_at_\S*|\S*#\S*|\S*_impedance)$/;
/** Devices whose current ngspice saves as a vector. */
const WITH_BRANCH = new Set(['v', 'l', 'e', 'h', 'b']);

/** Checks and spells the vectors that measurements read: designers write `i(x1.v1)`, the simulator `i(v.x1.v1)`. */
export interface VectorNames {
  /** Every vector of an expression in the simulator's spelling. @throws SpiceLabError MEASUREMENT_INVALID with the nearest names */
  spell(expression: Expression, place?: Place): Expression;
  /** One vector by its canonical name. @throws SpiceLabError MEASUREMENT_INVALID */
  spellOne(vector: string, place?: Place): string;
  isNode(name: string): boolean;
}

export function createVectorNames(decks: readonly Deck[]): VectorNames {
  const deck = decks[0]!;
  const nodes = new Set(decks.flatMap(({ circuit }) => [...circuit.nodes]));
  const instances = new Map<string, FlatInstance>();
  for (const { circuit } of decks) {
    for (const instance of circuit.instances) {
      instances.set(instance.flatName, instance);
      instances.set(instance.name, instance);
    }
  }
  const models = new Set(decks.flatMap(({ circuit }) => circuit.models.map(({ flatName }) => flatName)));
  const isNode = (name: string) => nodes.has(name) || name === 'gnd';

  const spellOne = (vector: string, place?: Place): string => {
    const [, wrapper, inner = ''] = /^([vi])\((.*)\)$/.exec(vector) ?? [];
    if (wrapper === 'v') {
      if (isNode(inner) || SPECIAL.test(inner)) return vector;
      throw unknown(`there is no node "${inner}"`, inner, nodes, 'Node', deck, place);
    }
    if (wrapper === 'i') return currentOf(inner, instances, deck, place);
    const [, device = '', parameter] = /^@([^[\]]+)\[([^[\]]+)\]$/.exec(vector) ?? [];
    if (parameter === undefined) return vector;
    const instance = instances.get(device);
    if (instance && instance.card.letter !== 'x') return `@${instance.flatName}[${parameter}]`;
    if (models.has(device)) return vector;
    throw unknown(`there is no device "${device}"`, device, deviceNames(instances), 'Device', deck, place);
  };
  const spell = (expression: Expression, place?: Place): Expression =>
    substitute(expression, (node) =>
      node.kind === 'vector' ? { kind: 'vector', name: spellOne(node.name, place) } : undefined,
    );
  return { spell, spellOne, isNode };
}

function currentOf(
  device: string,
  instances: ReadonlyMap<string, FlatInstance>,
  deck: Deck,
  place: Place | undefined,
): string {
  const instance = instances.get(device);
  if (!instance) {
    throw unknown(`there is no device "${device}"`, device, deviceNames(instances), 'Device', deck, place);
  }
  if (WITH_BRANCH.has(instance.card.letter)) return `i(${instance.flatName})`;
  if (instance.card.letter === 'r' || instance.card.letter === 'c') return `@${instance.flatName}[i]`;
  throw new SpiceLabError('MEASUREMENT_INVALID', `the simulator keeps no current i(${device})`, {
    place,
    remedy:
      instance.card.letter === 'm'
        ? `Use @${instance.name}[id], or put a voltage source of 0 V in series and take its current.`
        : 'Put a voltage source of 0 V in series and take its current.',
  });
}

const deviceNames = (instances: ReadonlyMap<string, FlatInstance>): string[] =>
  [...instances.values()].filter(({ card }) => card.letter !== 'x').map(({ name }) => name);

function unknown(
  message: string,
  name: string,
  known: Iterable<string>,
  what: string,
  deck: Deck,
  place: Place | undefined,
): SpiceLabError {
  const names = [...new Set(known)].filter((candidate) => candidate !== '0');
  const near = nearestNames(name, names);
  return new SpiceLabError('MEASUREMENT_INVALID', `${message} in the deck`, {
    place: place ?? { file: deck.sources[0]!.path },
    remedy:
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `${what}s: ${names.slice(0, 12).join(', ')}.`,
  });
}
