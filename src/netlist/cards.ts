import { type Place, SpiceLabError } from '../errors/index.ts';
import { DEVICE_KINDS } from './devices.ts';
import type { Line } from './flatten.ts';
import {
  assignmentsOf,
  type ParameterText,
  type Span,
  type Token,
  tokenize,
  unwrap,
  wordsOf,
} from './tokens.ts';

/** What must be true or false for a line inside of `.if` blocks to count, the innermost condition. */
export interface Guard extends Span {
  /** Without brackets around it. */
  readonly condition: string;
  /** Index of the line of the `.if` or `.elseif`; `start` and `end` are positions of the condition in it. */
  readonly line: number;
  readonly holds: boolean;
  /** What counts before: the branches above of the same block, then the block around. */
  readonly outer: Guard | undefined;
}

/** A device or subcircuit line. Names are in lower case; `line` is an index into the deck's lines. */
export interface InstanceCard {
  readonly name: string;
  readonly letter: string;
  readonly line: number;
  /** Without the name. */
  readonly words: readonly Token[];
  readonly parameters: readonly ParameterText[];
  /** `undefined` outside of `.if` blocks. */
  readonly guard: Guard | undefined;
}

export interface ModelCard {
  readonly name: string;
  readonly type: string;
  readonly line: number;
  /** `undefined` outside of `.if` blocks. */
  readonly guard: Guard | undefined;
  /** Read when asked for: a library has tens of thousands. */
  parameters(): readonly ParameterText[];
}

/** `name=value` of a `.param` line. */
export interface ParameterCard extends ParameterText {
  readonly line: number;
}

export interface FunctionCard {
  readonly name: string;
  readonly args: readonly string[];
  readonly body: string;
}

/** The deck's top level (no parent) or a subcircuit: what is written between `.subckt` and `.ends`. */
export interface Scope {
  readonly name: string;
  readonly line: number;
  readonly parent: Scope | undefined;
  readonly ports: readonly string[];
  /** Parameters of the `.subckt` line with their defaults. */
  readonly defaults: readonly ParameterText[];
  readonly instances: InstanceCard[];
  /** The first of each name: ngspice ignores the others. */
  readonly models: Map<string, ModelCard>;
  /** Later ones, which count where `.if` leaves out those before. */
  readonly laterModels: ModelCard[];
  /** Binned models (`nmos.1`, `nmos.2`) by the name before the number. */
  readonly bins: Map<string, ModelCard[]>;
  readonly subcircuits: Map<string, Scope>;
  readonly parameters: ParameterCard[];
  readonly functions: Map<string, FunctionCard>;
  readonly globals: Set<string>;
  /** Lines that read parameters and are none of the above: `.ic`, `.nodeset`, `.options`, `.temp`. */
  readonly others: { readonly line: number; readonly text: string }[];
}

/**
 * Reads what a deck defines, top level down. Devices and models inside of `.if` blocks get guards; ngspice reads `.param`,
 * `.func` and `.subckt` in every branch (measured of 39.3).
 * @throws SpiceLabError DECK_SYNTAX for a `.subckt` without `.ends` and the like
 */
export function readCards(lines: readonly Line[], placeOf: (line: number) => Place): Scope {
  const root = newScope('', 0, undefined, [], []);
  let scope = root;
  const branches: Branch[] = [];
  let inControl = false;
  lines.forEach((line, index) => {
    const { text } = line;
    if (inControl || text[0] === '.') {
      const word = /^\S*/.exec(text)![0].toLowerCase();
      if (inControl || word === '.control') {
        inControl = word !== '.endc';
        return;
      }
      if (/^\.(?:if|elseif|else|endif)\b/.test(word)) {
        stepBranch(branches, text, index, placeOf(index));
        return;
      }
      if (word === '.subckt') scope = openSubcircuit(scope, text, index, placeOf(index));
      else if (word === '.ends') scope = closeSubcircuit(scope, placeOf(index));
      else readDotCard(scope, word, text, index, branches.at(-1)?.guard);
    } else {
      const card = readInstance(text, index, branches.at(-1)?.guard);
      if (card) scope.instances.push(requireNodes(card, placeOf(index)));
    }
  });
  const unended = branches.at(-1);
  if (unended) {
    throw new SpiceLabError('DECK_SYNTAX', '.if has no .endif', {
      place: unended.place,
      remedy: 'End it with a line that says .endif.',
    });
  }
  if (scope !== root) {
    throw new SpiceLabError('DECK_SYNTAX', `.subckt ${scope.name} has no .ends`, {
      place: placeOf(scope.line),
      remedy: 'End it with a line that says .ends.',
    });
  }
  return root;
}

interface Branch {
  /** Of the branch that is being read: the branches above were not taken, this one is. */
  guard: Guard | undefined;
  /** Its `.else` has been. */
  last: boolean;
  /** Of the `.if`. */
  readonly place: Place;
}

function stepBranch(branches: Branch[], text: string, line: number, place: Place): void {
  const [, word = '', written = ''] = /^\.(if|elseif|else|endif)\b\s*(.*)$/i.exec(text) ?? [];
  const verb = word.toLowerCase();
  const current = branches.at(-1);
  if ((verb === 'if' || verb === 'elseif') && written === '') {
    throw new SpiceLabError('DECK_SYNTAX', `.${verb} without a condition`, {
      place,
      remedy: `Write .${verb} (expression).`,
    });
  }
  const condition = unwrap(written);
  const start = text.length - written.length + written.indexOf(condition);
  const taken = (outer: Guard | undefined): Guard => ({
    condition,
    line,
    start,
    end: start + condition.length,
    holds: true,
    outer,
  });
  if (verb === 'if') {
    branches.push({ guard: taken(current?.guard), last: false, place });
    return;
  }
  if (!current) {
    throw new SpiceLabError('DECK_SYNTAX', `.${verb} without .if`, { place, remedy: 'Take the line out.' });
  }
  if (verb === 'endif') {
    branches.pop();
    return;
  }
  if (current.last) {
    throw new SpiceLabError('DECK_SYNTAX', `.${verb} after the .else of the same .if`, {
      place,
      remedy: 'Put .elseif before .else, and one .else before .endif.',
    });
  }
  current.last = verb === 'else';
  const above: Guard = { ...current.guard!, holds: false };
  current.guard = verb === 'else' ? above : taken(above);
}

function newScope(
  name: string,
  line: number,
  parent: Scope | undefined,
  ports: readonly string[],
  defaults: readonly ParameterText[],
): Scope {
  return {
    name,
    line,
    parent,
    ports,
    defaults,
    instances: [],
    models: new Map(),
    laterModels: [],
    bins: new Map(),
    subcircuits: new Map(),
    parameters: [],
    functions: new Map(),
    globals: new Set(),
    others: [],
  };
}

function openSubcircuit(scope: Scope, text: string, line: number, place: Place): Scope {
  const { words, parameters } = wordsOf(text);
  const [, name, ...ports] = words.map((word) => word.text.toLowerCase()).filter((word) => !isKeyword(word));
  if (name === undefined) {
    throw new SpiceLabError('DECK_SYNTAX', '.subckt without a name', {
      place,
      remedy: 'Write .subckt NAME NODE NODE ….',
    });
  }
  const opened = newScope(name, line, scope, ports, parameters);
  // of two with the same name ngspice takes the first
  if (!scope.subcircuits.has(name)) scope.subcircuits.set(name, opened);
  return opened;
}

function closeSubcircuit(scope: Scope, place: Place): Scope {
  if (scope.parent) return scope.parent;
  throw new SpiceLabError('DECK_SYNTAX', '.ends without .subckt', { place, remedy: 'Take the line out.' });
}

/** `params:` sets nodes and parameters apart and means nothing else. */
export const isKeyword = (word: string): boolean => /^params?:$/i.test(word);

const OTHERS = /^\.(?:ic|nodeset|temp|opt(?:ions?)?)$/;

function readDotCard(scope: Scope, word: string, text: string, line: number, guard: Guard | undefined): void {
  if (word === '.param' || word === '.params' || word === '.parameter') {
    for (const entry of assignmentsOf(text, word.length)) scope.parameters.push({ ...entry, line });
  } else if (word === '.model') readModel(scope, text, line, guard);
  else if (word === '.func') readFunction(scope, text);
  else if (word === '.global') {
    for (const token of tokenize(text).slice(1)) scope.globals.add(token.text.toLowerCase());
  } else if (OTHERS.test(word)) scope.others.push({ line, text });
}

function readModel(scope: Scope, text: string, line: number, guard: Guard | undefined): void {
  const [, name, type] =
    /^\.model\s+([^\s(=]+)\s*([^\s(=]*)/i.exec(text)?.map((part) => part.toLowerCase()) ?? [];
  if (name === undefined || type === undefined) return;
  let parsed: readonly ParameterText[] | undefined;
  const card: ModelCard = {
    name,
    type,
    line,
    guard,
    parameters() {
      parsed ??= wordsOf(text, { flat: true }).parameters;
      return parsed;
    },
  };
  const known = scope.models.has(name);
  if (known) scope.laterModels.push(card);
  else scope.models.set(name, card);
  const bin = /^(.+)\.\d+$/.exec(name);
  if (bin && (!known || card.guard)) scope.bins.set(bin[1]!, [...(scope.bins.get(bin[1]!) ?? []), card]);
}

function readFunction(scope: Scope, text: string): void {
  const match = /^\.func\s+([^\s(]+)\s*\(([^)]*)\)\s*=?\s*(.*)$/i.exec(text);
  if (!match) return;
  const name = match[1]!.toLowerCase();
  const args = match[2]!
    .toLowerCase()
    .split(',')
    .map((argument) => argument.trim());
  scope.functions.set(name, { name, args, body: unwrap(match[3]!) });
}

/** ngspice takes a missing node for one without a name, and simulates something else. */
function requireNodes(card: InstanceCard, place: Place): InstanceCard {
  const { name, letter, words } = card;
  const kind = PLAIN_NODES.has(letter) ? DEVICE_KINDS.get(letter) : undefined;
  if (!kind || words.length >= kind.nodes) return card;
  throw new SpiceLabError(
    'DECK_SYNTAX',
    `${name} has ${words.length} of the ${kind.nodes} nodes that a ${kind.what} needs`,
    { place, remedy: `Write its nodes after its name; a line that goes on begins with "+".` },
  );
}

/** Devices whose line begins with nothing but nodes. */
const PLAIN_NODES = new Set('rclvibdmqjz');

function readInstance(text: string, line: number, guard: Guard | undefined): InstanceCard | undefined {
  const { words, parameters } = wordsOf(text);
  const name = words[0]?.text.toLowerCase();
  if (name === undefined || !/^[a-z]/.test(name)) return undefined;
  const rest = words.slice(1).filter((word) => !isKeyword(word.text));
  return { name, letter: name[0]!, line, words: rest, parameters, guard };
}
