import type { Capabilities } from '../../../src/backend.ts';
import type { StoppingRule } from '../../../src/run/index.ts';
import { CIRCUITS } from './circuit.ts';
import type { Fate } from './fate.ts';

/** What is to be run, and where: everything that has no bearing on the answer but `circuit`, `wanted` and `until`. */
export interface Scenario {
  readonly circuit: number;
  readonly wanted: number;
  readonly until: StoppingRule | undefined;
  /** Samples wanted at first, fewer where the run is to be extended. */
  readonly wantedFirst: number;
  readonly chunk: number | undefined;
  readonly slots: number;
  readonly maxChunksPerSubmit: number;
  readonly delivery: Capabilities['delivery'];
  /** Whether jobs go on without their coordinator, and the next one finds them. */
  readonly detachable: boolean;
}

const yieldRule = (amount: number): StoppingRule => ({
  kind: 'yield',
  text: `yield +-${amount}`,
  bounds: [{ measurement: 'sum', low: -2 }],
  tolerance: { amount, relative: false },
});
/** Met at the first look, at a later one, and never. */
const RULES = [yieldRule(0.2), yieldRule(0.06), yieldRule(0.001)];

export function scenarioOf(fate: Fate): Scenario {
  const delivery = fate.one(['stream', 'stream', 'store'] as const);
  const common = {
    circuit: fate.choose(CIRCUITS),
    slots: 1 + fate.choose(4),
    maxChunksPerSubmit: fate.one([1, 3, 1000]),
    delivery,
    detachable: delivery === 'store' && fate.often(60),
  };
  if (fate.often(8)) {
    const until = fate.one(RULES);
    return { ...common, wanted: 250, wantedFirst: 250, until, chunk: fate.one([undefined, 25, 60]) };
  }
  const wanted = fate.one([5, 12, 24]);
  const wantedFirst = fate.often(10) ? 4 : wanted;
  return { ...common, wanted, wantedFirst, until: undefined, chunk: fate.one([undefined, 2, 3, 5]) };
}
