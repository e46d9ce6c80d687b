import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineKind, EngineOptions } from '../../src/engine.ts';
import { assignmentTests } from './engine/assignments.ts';
import { failureTests } from './engine/failures.ts';
import { figureTests } from './engine/figures.ts';
import { purityTests } from './engine/purity.ts';
import { trapTests } from './engine/traps.ts';

/**
 * What every engine that simulates decks must do, whatever it is made of. One engine serves all tests, as in a worker,
 * so that each also proves that the ones before left nothing behind.
 */
export function engineConformance(kind: EngineKind, options: EngineOptions = {}): void {
  describe(`engine ${kind.name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await kind.open(options);
    });
    afterAll(() => engine?.close());
    const current = () => engine;

    it('is found where it can be opened, and says which simulator it is', async () => {
      expect((await kind.find(options))?.name).toBe(kind.name);
      expect(engine.identity.name).toBe(kind.name);
      expect(engine.identity.version).toMatch(/^\d/);
    });

    figureTests(current);
    assignmentTests(current);
    failureTests(current);
    trapTests(current);
    purityTests(current);
  });
}
