import { it } from 'vitest';
import { simulateSeeds } from '../fakes/simulation/seeds.ts';

it('ten thousand runs among faults end with the answer of an undisturbed run', async () => {
  await simulateSeeds(10_000);
});
