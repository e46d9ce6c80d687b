import { nearestNames, SpiceLabError } from '../errors/index.ts';
import { DEVICE_KINDS, type Deck, type FlatInstance, type FlatModel } from '../netlist/index.ts';
import { instanceParameter } from './device-parameters.ts';
import { matchInstance } from './instance-match.ts';
import type { Match, SlotPlace } from './match.ts';
import { matchModel } from './model-match.ts';
import { matchesPattern, readTarget, splitAtLastDot, type TargetText } from './target-syntax.ts';
import { instancesNamed, unknownTarget } from './unknown-target.ts';

/** Everything that a target means in a deck, and what it might have meant instead. */
export interface Located {
  readonly matches: readonly Match[];
  /** Other readings of the same text that were passed over, for the explanation. */
  readonly passedOver: readonly string[];
}

/** A draw of the deck as a target: its value, or the number drawn that its value is computed from. */
export interface NamedDraw {
  readonly value: Match;
  readonly drawn: Match;
}

/** Draws by their lower-case names; asked for only where nothing else is meant. */
export type NamedDraws = () => ReadonlyMap<string, NamedDraw>;

const NO_DRAWS: NamedDraws = () => new Map();

/** A target that can be nothing but the number that a draw takes, whatever else has its name. */
const DRAW = /^draw:(.+)$/is;

const TEMPERATURE = new Set(['temp', 'temperature']);
const ROOM_TEMPERATURE = 27;

/**
 * Finds what a target names. The first that exists, in this order: the temperature, a top-level `.param`, the value of a
 * device, a parameter of a device (`M1.w`), a parameter of a subcircuit instance, a parameter of a model, a draw of the deck
 * itself. A wildcard takes every device that matches; where none does, every parameter, then every model, then every draw.
 * `draw:NAME` takes draws alone, and means the number drawn, from which the value may be computed.
 * @throws SpiceLabError TARGET_UNKNOWN with the nearest names
 */
export function locate(deck: Deck, written: string, draws: NamedDraws = NO_DRAWS): Located {
  const drawn = DRAW.exec(written.trim())?.[1];
  if (drawn !== undefined) return locateDraw(deck, drawn, draws());
  const target = readTarget(written);
  const readings = target.wildcard ? wildcardReadings(deck, target) : plainReadings(deck, target);
  const [chosen, ...others] = readings.filter((reading) => reading.matches.length > 0);
  if (!chosen) {
    const matches = matchDraws(target.text, draws()).map(({ value }) => value);
    if (matches.length === 0) {
      const deeper = target.wildcard && isDeeper(deck, target);
      throw unknownTarget(deck, target, draws().keys(), deeper);
    }
    return { matches, passedOver: [] };
  }
  return { matches: chosen.matches, passedOver: others.map((reading) => reading.what) };
}

function locateDraw(deck: Deck, name: string, draws: ReadonlyMap<string, NamedDraw>): Located {
  const matches = matchDraws(name, draws).map(({ drawn }) => drawn);
  if (matches.length > 0) return { matches, passedOver: [] };
  const near = nearestNames(name, draws.keys());
  throw new SpiceLabError('TARGET_UNKNOWN', `the deck draws nothing named "${name}"`, {
    place: { file: deck.sources[0]!.path },
    remedy:
      near.length > 0
        ? `Did you mean draw:${near.join(' or draw:')}?`
        : 'spicelab explain lists what it draws.',
  });
}

function matchDraws(written: string, draws: ReadonlyMap<string, NamedDraw>): NamedDraw[] {
  const name = written.trim().toLowerCase();
  const found = draws.get(name);
  if (found || !/[*?]/.test(name)) return found ? [found] : [];
  return [...draws].flatMap(([draw, match]) => (matchesPattern(draw, name) ? [match] : []));
}

/** Whether a wildcard would match inside subcircuits. */
function isDeeper(deck: Deck, target: TargetText): boolean {
  const [devices, parameters] = wildcardReadings(deck, { ...target, name: `*.${target.name}` });
  return [devices!, parameters!].some(({ matches }) => matches.length > 0);
}

interface Reading {
  readonly what: string;
  readonly matches: readonly Match[];
}

function plainReadings(deck: Deck, target: TargetText): Reading[] {
  const { name, parameter, flat } = target;
  const one = (what: string, match: Match | undefined): Reading => ({ what, matches: match ? [match] : [] });
  const named = instancesNamed(deck, name);
  const readings: Reading[] = [];
  if (parameter === undefined && !flat) {
    if (TEMPERATURE.has(name)) readings.push(one('the temperature', matchTemperature(deck)));
    readings.push(one(`the .param ${name}`, matchParameter(deck, name)));
    readings.push(one(`the device ${name}`, named && matchInstance(deck, named)));
  }
  const split = parameter === undefined ? splitAtLastDot(name) : { name, parameter };
  if (split) {
    const holder = instancesNamed(deck, split.name);
    readings.push(
      one(`a parameter of ${split.name}`, holder && matchInstance(deck, holder, split.parameter)),
    );
    readings.push({ what: `a parameter of the model ${split.name}`, matches: matchModels(deck, split) });
  }
  return readings;
}

function wildcardReadings(deck: Deck, target: TargetText): Reading[] {
  const { name, parameter, flat } = target;
  const devices = (pattern: string, wanted: string | undefined): Match[] =>
    deck.circuit.instances
      .filter((instance) => matchesPattern(flat ? instance.flatName : instance.name, pattern))
      .filter((instance) => wanted === undefined || plausible(instance, wanted))
      .flatMap((instance) => matchInstance(deck, instance, wanted) ?? []);
  const split = parameter === undefined ? splitAtLastDot(name) : { name, parameter };
  const whole = parameter === undefined ? devices(name, undefined) : [];
  const parameters = deck.parameters.names.filter(
    (candidate) => parameter === undefined && !flat && matchesPattern(candidate, name),
  );
  return [
    { what: 'devices', matches: whole },
    { what: 'parameters of devices', matches: split ? devices(split.name, split.parameter) : [] },
    { what: 'top-level .params', matches: parameters.flatMap((found) => matchParameter(deck, found) ?? []) },
    { what: 'parameters of models', matches: split ? matchModels(deck, split) : [] },
  ];
}

/** A wildcard means devices that have the parameter, not everything with a name that fits. */
function plausible(instance: FlatInstance, parameter: string): boolean {
  const { card, body } = instance;
  return (
    card.parameters.some(({ name }) => name === parameter) ||
    instanceParameter(card.letter, parameter) !== undefined ||
    body?.defaults.some(({ name }) => name === parameter) === true ||
    DEVICE_KINDS.get(card.letter)?.value?.name === parameter
  );
}

function matchParameter(deck: Deck, name: string): Match | undefined {
  const cards = deck.root.parameters.filter((card) => card.name === name);
  const last = cards.at(-1);
  if (!last) return undefined;
  const prepared = deck.lines.some((line) => /^\.control\b/i.test(line.text));
  return {
    key: `parameter:${name}`,
    name: deck.lines[last.line]!.text.slice(last.nameStart, last.nameStart + name.length),
    kind: 'parameter',
    unit: '',
    nominal: deck.parameters.value(name),
    slots: cards.map(({ line, start, end, text }) => ({ line, start, end, prefix: '', nominal: text })),
    opens: { parameter: name },
    assignments: prepared ? [] : [{ kind: 'alterparam', parameter: name }],
    why: prepared
      ? 'the deck prepares the simulator in a .control block, which a reset would not repeat: the deck is loaded anew for every sample'
      : 'alterparam and one reset',
    place: deck.placeOf(deck.lines[last.line]!),
  };
}

function matchModels(deck: Deck, wanted: { name: string; parameter: string }): Match[] {
  const pattern = wanted.name.includes('*') || wanted.name.includes('?');
  const byCard = new Map<string, FlatModel[]>();
  for (const model of deck.circuit.models) {
    const fits = pattern
      ? matchesPattern(model.card.name, wanted.name)
      : model.card.name === wanted.name || model.flatName === wanted.name;
    const key = `${model.scope.name} ${model.card.name}`;
    if (fits) byCard.set(key, [...(byCard.get(key) ?? []), model]);
  }
  return [...byCard.values()].flatMap((models) => matchModel(deck, models, wanted.parameter) ?? []);
}

function matchTemperature(deck: Deck): Match {
  const place = temperaturePlace(deck);
  return {
    key: 'temperature',
    name: 'temp',
    kind: 'temperature',
    unit: '°C',
    nominal: deck.parameters.evaluate(place.nominal) ?? ROOM_TEMPERATURE,
    slots: [place],
    assignments: [{ kind: 'temperature' }],
    why: "the simulator's temperature is set before each sample",
    place: undefined,
  };
}

/** The number of `.temp` or of `.options temp=`; a line of its own where the deck has neither. */
function temperaturePlace(deck: Deck): SlotPlace {
  for (let line = deck.lines.length - 1; line >= 0; line--) {
    const { text } = deck.lines[line]!;
    const match = /^(\.temp\s+|\.options?\b(?:.*[\s,])?temp\s*=\s*)([^\s,]+)/i.exec(text);
    if (!match) continue;
    const start = match[1]!.length;
    return { line, start, end: start + match[2]!.length, prefix: '', nominal: match[2]! };
  }
  return { line: -1, start: 0, end: 0, prefix: '.temp ', nominal: `${ROOM_TEMPERATURE}` };
}
