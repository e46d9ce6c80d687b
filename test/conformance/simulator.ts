import { expect, it } from 'vitest';
import type { EngineKind, EngineOptions } from '../../src/engine.ts';
import { assignmentTests } from './engine/assignments.ts';
import { contractTests } from './engine/contract.ts';
import { failureTests, LATCH } from './engine/failures.ts';
import { figureTests } from './engine/figures.ts';
import { purityTests } from './engine/purity.ts';
import { trapTests } from './engine/traps.ts';
import { describeEngine } from './engine.ts';
import { alter, planOf, RC } from './plans.ts';

/** What every engine that simulates any deck of ngspice's dialect must do: the contract of engines, figures, and no traps. */
export function simulatorConformance(kind: EngineKind, options: EngineOptions = {}): void {
  describeEngine(kind, options, (engine) => {
    it('says which version of the simulator it is', () => {
      expect(engine().identity.version).toMatch(/^\d/);
    });

    contractTests(engine, {
      kind,
      options,
      plan: planOf({
        circuits: [LATCH],
        variables: { control: 0, q: 1 },
        assignments: [alter('vc', '$0'), alter('vq', '$1')],
        analyses: { op: 'op' },
        vectors: { op: ['v(a)', 'v(b)'] },
        measurements: { a: 'op: v(a)', b: 'op: v(b)', sum: 'a+b' },
      }),
      rows: [
        [0, 1],
        [0.1, 2],
        [0.2, 3],
      ],
      failing: [1, 1],
      refused: planOf({
        circuits: [RC.replace('c1 ', 'd1 out 0 nomodel\nc1 ')],
        analyses: { op: 'op' },
        measurements: {},
      }),
    });
    figureTests(engine);
    assignmentTests(engine);
    failureTests(engine);
    trapTests(engine);
    purityTests(engine);
  });
}
