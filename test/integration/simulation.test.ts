import { it } from 'vitest';
import { simulateSeeds } from '../fakes/simulation/seeds.ts';

/** Some three minutes on an idle machine. */
const MOST_MILLISECONDS = 1_800_000;

it(
  'ten thousand runs among faults end with the answer of an undisturbed run',
  () => simulateSeeds(10_000),
  MOST_MILLISECONDS,
);
