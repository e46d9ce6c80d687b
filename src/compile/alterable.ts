import { readNumber } from '../expression/index.ts';
import {
  DEVICE_KINDS,
  type FlatInstance,
  type FlatModel,
  type ModelCard,
  type Residual,
} from '../netlist/index.ts';
import { instanceParameter } from './device-parameters.ts';
import { alterableAt, SAFE_NAME } from './instance-match.ts';
import type { OpenAssignment } from './match.ts';
import { modelUnit, STRUCTURAL } from './model-match.ts';

/** How a loaded simulator is told a parameter, or why it cannot be. */
export type Telling =
  | { readonly assignment: OpenAssignment; readonly unit: string }
  | { readonly against: string };

/** Geometry, which chooses among the bins of a model. */
const GEOMETRY = new Set(['l', 'w', 'nf', 'm']);
/** Numbers that are read when the circuit is set up and not again. */
const SET_UP_ONLY = /^(?:ic\w*|ic-\w+|off|\w*mod|bv_max|noisy)$/;
/** Levels of transistors whose parameters `alter` sets exactly; measured of all parameters of 39.3's. */
const LEVELS: Readonly<Record<string, ReadonlySet<number>>> = {
  d: new Set([1, 3]),
  q: new Set([1]),
  j: new Set([1]),
  z: new Set<number>(),
  m: new Set([1, 2, 3, 8, 14, 49, 54]),
};
/** What the simulator does not read back, so that it could not be proved to arrive. */
const SILENT: Readonly<Record<string, ReadonlySet<string>>> = { j: new Set(['area']) };
/** Resistances that make a node of their own where they are not 0 when the circuit is set up. */
const MAKES_NODE = /^(?:rs|rd|rb|rc|re|rbm|rco|rsh|rg|rd0|rs0)$/;

/**
 * @param nominal value of the residual where nothing varies
 * @param bins cards that an instance may select
 */
export function tellingOf(
  residual: Residual,
  nominal: number,
  bins: (instance: FlatInstance) => readonly FlatModel[],
): Telling {
  switch (residual.kind) {
    case 'text':
      return { against: `${residual.what} is read when the circuit is loaded` };
    case 'model':
      return tellModel(residual.model.flatName, residual.written.name, nominal);
    case 'instance':
      return tellInstance(residual, bins);
  }
}

function tellModel(model: string, parameter: string, nominal: number): Telling {
  if (STRUCTURAL.test(parameter)) return { against: `${parameter} chooses the model` };
  if (MAKES_NODE.test(parameter) && nominal === 0)
    return { against: `${parameter} adds a node where it is not 0` };
  if (!SAFE_NAME.test(model)) return { against: `the simulator cannot be told the name ${model}` };
  return { assignment: { kind: 'altermod', model, parameter }, unit: modelUnit(parameter) };
}

function tellInstance(
  { instance, written }: Extract<Residual, { kind: 'instance' }>,
  bins: (instance: FlatInstance) => readonly FlatModel[],
): Telling {
  const { flatName: device, card, model } = instance;
  const level = model && levelOf(model.cards[0]!);
  if (level !== undefined && LEVELS[card.letter]?.has(level) === false)
    return { against: `alter is not known to set devices of level ${level} like ${instance.name}` };
  if (card.letter === 'k') return { against: 'alter does not set a coupling' };
  if (!SAFE_NAME.test(device)) return { against: `the simulator cannot be told the name ${device}` };
  if (!('name' in written)) {
    const word = card.words[written.word];
    const whole = word?.start === written.start && word.end === written.end;
    const found = whole ? alterableAt(instance, word.start) : undefined;
    if (!found) return { against: `alter has no name for this number of ${instance.name}` };
    return { assignment: alter(device, found.alter), unit: found.unit };
  }
  const { name } = written;
  const value = DEVICE_KINDS.get(card.letter)?.value;
  if (value && value.name === name) return { assignment: alter(device, value.alter), unit: value.unit };
  const known = instanceParameter(card.letter, name);
  if (!known || SET_UP_ONLY.test(name) || SILENT[card.letter]?.has(name))
    return { against: `alter does not set ${name} of ${instance.name}` };
  if (GEOMETRY.has(name) && model?.binned && bins(instance).length !== 1)
    return { against: `${name} may select another bin of ${model.name}` };
  return { assignment: alter(device, name), unit: known.unit };
}

const alter = (device: string, parameter: string | undefined): OpenAssignment =>
  parameter === undefined ? { kind: 'alter', device } : { kind: 'alter', device, parameter };

/** 1 where the card does not say; -1 for what is no number. */
function levelOf(card: ModelCard): number {
  if (card.type === 'vdmos') return -1;
  const level = card.parameters().findLast(({ name }) => name === 'level');
  return level ? (readNumber(level.text)?.value ?? -1) : 1;
}
