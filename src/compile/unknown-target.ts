import { nearestNames, SpiceLabError } from '../errors/index.ts';
import type { Deck, FlatInstance } from '../netlist/index.ts';
import { instanceParameterNames } from './device-parameters.ts';
import { splitAtLastDot, type TargetText } from './target-syntax.ts';

/** The device or subcircuit instance of that name, as designers write it or as the simulator flattens it. */
export function instancesNamed(deck: Deck, name: string): FlatInstance | undefined {
  const { instances } = deck.circuit;
  return (
    instances.find((instance) => instance.name === name) ??
    instances.find((instance) => instance.flatName === name)
  );
}

/**
 * Why a target is refused, with what it may have meant.
 * @param deeper whether devices of that name are inside subcircuits; asked of wildcards alone
 */
export function unknownTarget(
  deck: Deck,
  target: TargetText,
  draws: Iterable<string>,
  deeper: boolean,
): SpiceLabError {
  const { text, name } = target;
  const place = { file: deck.sources[0]!.path };
  const split = target.parameter === undefined ? splitAtLastDot(name) : { name, parameter: target.parameter };
  if (target.wildcard) {
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
