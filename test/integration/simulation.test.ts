import { it } from 'vitest';
import { simulateSeeds } from '../fakes/simulation/seeds.ts';

/** Three quarters of a minute on an idle machine. */
const MOST_MILLISECONDS = 900_000;

it(
  'ten thousand runs among faults end with the answer of an undisturbed run',
  () => simulateSeeds(10_000),
  MOST_MILLISECONDS,
);
