import type { CircuitValues, Deck, FlatInstance, FlatModel, Residual } from '../netlist/index.ts';

/** A residual with what it sets, in words and in devices. */
export interface ResidualTarget {
  readonly residual: Residual;
  /** `xm1.m0[delvto]`, `xm1:nm.4[lint]`, or what else reads it. */
  readonly label: string;
  /** The devices that it concerns, each by one name however many parts its subcircuit has. */
  readonly devices: readonly string[];
}

/** What the simulator makes of a circuit's open values: parameters of models that no device selects are left out. */
export function residualTargets(deck: Deck, values: CircuitValues): ResidualTarget[] {
  const deviceOf = createDeviceNames(deck);
  const usersOf = values.residuals.some(({ kind }) => kind === 'model')
    ? createModelUsers(deck, values)
    : () => [];
  return values.residuals.flatMap((residual): ResidualTarget[] => {
    if (residual.kind === 'text') {
      return [{ residual, label: residual.what, devices: [`line ${residual.line}`] }];
    }
    if (residual.kind === 'instance') {
      const { instance } = residual;
      return [
        { residual, label: `${instance.name}${parameterLabel(residual)}`, devices: [deviceOf(instance)] },
      ];
    }
    const users = usersOf(residual.model);
    const label = `${residual.model.flatName}[${residual.written.name}]`;
    return users.length === 0 ? [] : [{ residual, label, devices: [...new Set(users.map(deviceOf))] }];
  });
}

function parameterLabel({ written }: Extract<Residual, { kind: 'instance' }>): string {
  return 'name' in written ? `[${written.name}]` : '';
}

function createModelUsers(deck: Deck, values: CircuitValues): (model: FlatModel) => readonly FlatInstance[] {
  const users = new Map<string, FlatInstance[]>();
  for (const instance of deck.circuit.instances) {
    if (!instance.model) continue;
    for (const { flatName } of values.cardsOf(instance)) {
      const known = users.get(flatName);
      if (known) known.push(instance);
      else users.set(flatName, [instance]);
    }
  }
  return ({ flatName }) => users.get(flatName) ?? [];
}

const ACTIVE = new Set('mqjzd');

/**
 * A device made of parts: the subcircuit instance around it where that has no subcircuits of its own with devices in them
 * and at most one transistor or diode, as those of PDKs have; otherwise the device by itself.
 */
function createDeviceNames(deck: Deck): (instance: FlatInstance) => string {
  const parts = new Map<FlatInstance, { active: number; subcircuits: number }>();
  for (const { parent, card } of deck.circuit.instances) {
    if (!parent) continue;
    const known = parts.get(parent) ?? { active: 0, subcircuits: 0 };
    if (card.letter === 'x') known.subcircuits++;
    else if (ACTIVE.has(card.letter)) known.active++;
    parts.set(parent, known);
  }
  return ({ name, parent }) => {
    const around = parent && parts.get(parent);
    return around && around.active <= 1 && around.subcircuits === 0 ? parent.name : name;
  };
}
