import { describe, expect, it } from 'vitest';
import { simulateSeeds } from '../../test/fakes/simulation/seeds.ts';
import { simulate } from '../../test/fakes/simulation/simulate.ts';

/** Of the 10,000 that the integration tests go through: each takes some 25 ms. */
const SEEDS = 1000;
const MOST_MILLISECONDS = 300_000;

describe('a run among faults that a seed decides', () => {
  it(
    'ends with the answer of an undisturbed run, every sample once and nothing finished asked again',
    () => simulateSeeds(SEEDS),
    MOST_MILLISECONDS,
  );

  it('goes the same way again with the same seed', async () => {
    const told = async (seed: number) => {
      const lines: string[] = [];
      await simulate(seed, (line) => lines.push(line));
      return lines;
    };
    for (let seed = 1; seed <= 20; seed++) expect(await told(seed)).toEqual(await told(seed));
  });
});
