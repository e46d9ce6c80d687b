import { nearestNames, SpiceLabError } from '../errors/index.ts';
import { DEVICE_KINDS, type Deck, type FlatInstance, type FlatModel } from '../netlist/index.ts';
import { instanceParameter, instanceParameterNames } from './device-parameters.ts';
import { matchInstance } from './instance-match.ts';
import type { Match, SlotPlace } from './match.ts';
import { matchModel } from './model-match.ts';
import { matchesPattern, readTarget, splitAtLastDot, type TargetText } from './target-syntax.ts';

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
    if (matches.length === 0) throw unknownTarget(deck, target, draws().keys());
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

function instancesNamed(deck: Deck, name: string): FlatInstance | undefined {
  const { instances } = deck.circuit;
  return (
    instances.find((instance) => instance.name === name) ??
    instances.find((instance) => instance.flatName === name)
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

function unknownTarget(deck: Deck, target: TargetText, draws: Iterable<string>): SpiceLabError {
  const { text, name } = target;
  const place = { file: deck.sources[0]!.path };
  const split = target.parameter === undefined ? splitAtLastDot(name) : { name, parameter: target.parameter };
  if (target.wildcard) {
    const [devices, parameters] = wildcardReadings(deck, { ...target, name: `*.${name}` });
    const deeper = [devices!, parameters!].some(({ matches }) => matches.length > 0);
    return new SpiceLabError('TARGET_UNKNOWN', `nothing in the deck matches "${text}"`, {
      place,
      remedy: deeper
        ? `Devices of that name are inside subcircuits: "*.${text}" matches those.`
        : 'A wildcard matches whole names of devices with a value, such as R* or x1.*, or *.m0[delvto].',
    });
  }
  const bare = instancesNamed(deck, name);
  if (bare && target.parameter === undefined) {
    const source = bare.card.letter === 'v' || bare.card.letter === 'i';
    return new SpiceLabError('TARGET_UNKNOWN', `${bare.name} has no plain value to vary`, {
      place: deck.placeOf(deck.lines[bare.card.line]!),
      remedy: source
        ? 'Write "dc VALUE" on its line, or put a .param into its function and vary that.'
        : `Name one of its parameters, for instance ${bare.name}[${firstParameter(bare)}].`,
    });
  }
  const holder = split && instancesNamed(deck, split.name);
  if (holder && split) return unknownParameter(text, holder, split.parameter, place.file);
  const bins = split && deck.root.bins.get(split.name);
  if (bins && split) {
    return new SpiceLabError('TARGET_UNKNOWN', `"${text}": the model ${split.name} is binned`, {
      place,
      remedy: `Name one bin, ${bins[0]!.name}[${split.parameter}], or all of them, ${split.name}.*[${split.parameter}].`,
    });
  }
  const wanted = split && target.parameter !== undefined ? split.name : name;
  const near = [
    ...new Set([
      ...inside(deck, [name, split?.name]),
      ...nearestNames(wanted, [...knownNames(deck), ...draws]),
    ]),
  ].slice(0, 3);
  return new SpiceLabError('TARGET_UNKNOWN', `the deck has nothing named "${text}"`, {
    place,
    remedy:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : 'Name a device, a parameter of one (M1.w), a .param, a parameter of a model, or temp.',
  });
}

/** Devices of that name deeper down: `m1` may mean `x1.m1`. */
function inside(deck: Deck, names: readonly (string | undefined)[]): string[] {
  const found = deck.circuit.instances.filter(
    ({ parent, card }) => parent !== undefined && names.includes(card.name),
  );
  return found.slice(0, 3).map(({ name }) => name);
}

function unknownParameter(
  text: string,
  holder: FlatInstance,
  parameter: string,
  file: string,
): SpiceLabError {
  const names = [
    ...holder.card.parameters.map(({ name }) => name),
    ...(holder.body?.defaults.map(({ name }) => name) ?? []),
    ...instanceParameterNames(holder.card.letter),
  ];
  const known = [...new Set(names)];
  const near = nearestNames(parameter, known);
  const { model } = holder;
  const ofModel = model?.cards.some((card) => card.parameters().some(({ name }) => name === parameter));
  // A threshold is what designers want per device most often.
  const threshold =
    holder.card.letter === 'm' && /^vth?[o0]?$/.test(parameter)
      ? `${holder.name}.delvto shifts the threshold of one device (BSIM3 and BSIM4).`
      : '';
  if (model && ofModel && !model.binned) {
    return new SpiceLabError(
      'TARGET_UNKNOWN',
      `"${text}": ${parameter} is a parameter of the model of ${holder.name}, not of the device`,
      {
        place: { file },
        remedy: `${model.name}.${parameter} varies it for all devices of that model. ${threshold}`.trim(),
      },
    );
  }
  return new SpiceLabError('TARGET_UNKNOWN', `"${text}": ${holder.name} has no parameter "${parameter}"`, {
    place: { file },
    remedy:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : threshold || `It has: ${known.slice(0, 12).join(', ') || 'none'}.`,
  });
}

const firstParameter = (instance: FlatInstance): string =>
  instance.card.parameters[0]?.name ??
  instance.body?.defaults[0]?.name ??
  [...instanceParameterNames(instance.card.letter)][0] ??
  'm';

function* knownNames(deck: Deck): Iterable<string> {
  yield* deck.parameters.names;
  for (const instance of deck.circuit.instances) yield instance.name;
  for (const { flatName, card } of deck.circuit.models) {
    yield flatName;
    yield card.name;
  }
  yield 'temp';
}
