import { type Place, SpiceLabError } from '../errors/index.ts';
import type { Guard, InstanceCard, ModelCard, Scope } from './cards.ts';
import { connect, nodeName } from './connect.ts';
import { findSubcircuit, type IsTaken, type ModelUse, modelsOf } from './visible.ts';

/** One device or subcircuit instance of the flattened circuit. */
export interface FlatInstance {
  /** As designers write it: `m1`, `xm1.m0`. */
  readonly name: string;
  /** As the simulator flattens it: `m1`, `m.xm1.m0`. Subcircuit instances vanish in the simulator, theirs is only a name. */
  readonly flatName: string;
  readonly card: InstanceCard;
  /** Where its line stands. */
  readonly scope: Scope;
  /** The subcircuit instance that it is inside of. */
  readonly parent?: FlatInstance | undefined;
  /** What a subcircuit instance instantiates. */
  readonly body?: Scope | undefined;
  readonly model?: ModelUse | undefined;
}

/** A model that at least one instance can see, by the simulator's name (`nm`, `x1:nm`). */
export interface FlatModel {
  readonly flatName: string;
  readonly card: ModelCard;
  readonly scope: Scope;
  /** The subcircuit instance that its card stands in. */
  readonly parent?: FlatInstance | undefined;
}

export interface Elaboration {
  readonly instances: readonly FlatInstance[];
  readonly models: readonly FlatModel[];
  /** How often each scope's text stands in the circuit; 1 for the top level. */
  readonly copies: ReadonlyMap<Scope, number>;
  /** Flattened node names: `out`, `x1.n1`, `0`. */
  readonly nodes: ReadonlySet<string>;
}

/** Whether what is written behind a guard counts in a subcircuit instance (at the top level where there is none). */
export type Holds = (guard: Guard, inside: FlatInstance | undefined) => boolean;

const MOST_INSTANCES = 1_000_000;
const DEEPEST = 200;

/** Where an expansion stands: the X names from the top, and the scopes they instantiate. */
interface Position {
  readonly scope: Scope;
  readonly path: readonly string[];
  readonly scopes: readonly Scope[];
  /** Nodes of this scope -> flattened names. */
  readonly ports: ReadonlyMap<string, string>;
  readonly instance?: FlatInstance;
}

/**
 * Expands subcircuits as ngspice does and checks that everything an instance names exists.
 * @param holds which branches of `.if` blocks are taken
 * @param unused names of subcircuits that are not among the scopes, because no line mentions them
 * @throws SpiceLabError SUBCIRCUIT_UNDEFINED, MODEL_UNDEFINED, DECK_SYNTAX (wrong number of nodes, a subcircuit in itself),
 * DECK_TOO_LARGE
 */
export function elaborate(
  root: Scope,
  placeOf: (line: number) => Place,
  holds: Holds,
  unused: readonly string[] = [],
): Elaboration {
  const instances: FlatInstance[] = [];
  const models: FlatModel[] = [];
  const copies = new Map<Scope, number>();
  const nodes = new Set<string>(['0']);
  const globals = new Set([...root.globals, '0', 'gnd']);

  const expand = (position: Position): void => {
    const { scope, path, scopes, ports, instance: inside } = position;
    copies.set(scope, (copies.get(scope) ?? 0) + 1);
    const nodePrefix = path.length > 0 ? `${path.join('.')}.` : '';
    const flatNode = (node: string): string => {
      const flat = ports.get(node) ?? (globals.has(node) ? node : nodePrefix + node);
      nodes.add(flat);
      return flat;
    };
    const isTaken: IsTaken = (card, around) =>
      !card.guard || holds(card.guard, around === scope ? inside : enclosing(inside, around));
    for (const card of modelsOf(scope, isTaken)) {
      models.push({ flatName: flatNameOfModel(card, position), card, scope, parent: position.instance });
    }
    for (const card of scope.instances) {
      if (!isTaken(card, scope)) continue;
      const name = nodePrefix + card.name;
      const { body, model, nodeCount } = connect(card, scope, placeOf, unused, isTaken);
      const flatNodes = card.words.slice(0, nodeCount).map((word) => flatNode(nodeName(word.text)));
      const flatName = flatNameOf(card, position);
      const instance: FlatInstance = { name, flatName, card, scope, parent: position.instance, body, model };
      instances.push(instance);
      if (body) {
        if (scopes.includes(body) || path.length > DEEPEST) throw inItself(body, placeOf(card.line));
        expand({
          scope: body,
          path: [...path, card.name],
          scopes: [...scopes, body],
          ports: new Map(body.ports.map((port, i) => [port, flatNodes[i]!])),
          instance,
        });
      }
    }
  };
  const count = countInstances(root, new Map());
  if (count > MOST_INSTANCES) throw tooLarge(count, placeOf(root.instances.at(-1)!.line));
  expand({ scope: root, path: [], scopes: [], ports: new Map() });
  return { instances, models, copies, nodes };
}

/** Instances below a scope, without expanding it; a subcircuit in itself counts once, and is refused later. */
function countInstances(scope: Scope, known: Map<Scope, number>, depth = 0): number {
  const counted = known.get(scope);
  if (counted !== undefined || depth > DEEPEST) return counted ?? 0;
  known.set(scope, 0);
  let count = 0;
  for (const card of scope.instances) {
    const body =
      card.letter === 'x' ? findSubcircuit(card.words.at(-1)?.text.toLowerCase() ?? '', scope) : undefined;
    count += 1 + (body ? countInstances(body, known, depth + 1) : 0);
  }
  known.set(scope, count);
  return count;
}

/**
 * ngspice's name of a device: letter, path, name. A subcircuit that is defined inside another is expanded before that one
 * is, so that its devices get a letter twice: `r.x1.r.xl.r1` (measured of 39.3).
 */
function flatNameOf(card: InstanceCard, position: Position): string {
  if (card.letter === 'x') return [...position.path, card.name].join('.');
  return expansionsOf(position).reduce((name, path) => `${card.letter}.${path}.${name}`, card.name);
}

/** ngspice's name of a model, by the same order of expansion: `x1:nm`, and `x1:xl:nm` in a subcircuit defined inside another. */
function flatNameOfModel(card: ModelCard, position: Position): string {
  return expansionsOf(position).reduce((name, path) => `${path}:${name}`, card.name);
}

/** The path of a position cut where one expansion of ngspice ends and the next begins, innermost first. */
function expansionsOf({ path, scopes }: Position): string[] {
  const pieces: string[] = [];
  for (let end = path.length; end > 0; ) {
    const parent = scopes[end - 1]!.parent;
    const from = scopes.lastIndexOf(parent as Scope, end - 1) + 1;
    pieces.push(path.slice(from, end).join('.'));
    end = from;
  }
  return pieces;
}

/** The copy of a scope around that a subcircuit instance is inside of. */
function enclosing(inside: FlatInstance | undefined, scope: Scope): FlatInstance | undefined {
  let instance = inside;
  while (instance && instance.body !== scope) instance = instance.parent;
  return instance;
}

function inItself(body: Scope, place: Place): SpiceLabError {
  return new SpiceLabError('DECK_SYNTAX', `the subcircuit ${body.name} contains itself`, {
    place,
    remedy: 'Take this instance out.',
  });
}

function tooLarge(count: number, place: Place): SpiceLabError {
  return new SpiceLabError(
    'DECK_TOO_LARGE',
    `the circuit has ${count} devices, more than ${MOST_INSTANCES}`,
    {
      place,
      remedy: 'Simulate a part of it.',
    },
  );
}
