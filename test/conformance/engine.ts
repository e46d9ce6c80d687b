import { afterAll, beforeAll, describe } from 'vitest';
import type { Engine, EngineKind, EngineOptions } from '../../src/engine.ts';
import { contractTests, type EngineUnderTest } from './engine/contract.ts';
import type { CurrentEngine } from './engine/play.ts';

export type { EngineUnderTest } from './engine/contract.ts';

/** What every engine must do, whatever it computes. Engines that take any deck call `simulatorConformance` instead. */
export function engineConformance(subject: EngineUnderTest): void {
  describeEngine(subject.kind, subject.options ?? {}, (engine) => contractTests(engine, subject));
}

/** One engine serves all tests, as in a worker, so that each also proves that the ones before left nothing behind. */
export function describeEngine(
  kind: EngineKind,
  options: EngineOptions,
  tests: (engine: CurrentEngine) => void,
): void {
  describe(`engine ${kind.name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await kind.open(options);
    });
    afterAll(() => engine?.close());
    tests(() => engine);
  });
}
