import type { Study } from '../study/schema.ts';
import type { OpenCircuits } from './open-circuits.ts';
import { explainDraws } from './statistics/explain-deck.ts';
import { checkChoice, drawNotices } from './statistics/notices.ts';
import type { DeckDraws } from './statistics/statistics.ts';
import type { DeckExplanation, Notice } from './types.ts';

const NO_DRAWS: Omit<DeckExplanation, 'kept'> = { dead: [], held: [], tied: [], switches: [] };

/**
 * Explains the draws of the first deck that has any, and notes what its user should know.
 * @throws SpiceLabError STUDY_INVALID for a choice that means nothing
 */
export function tellOfDraws(
  { statistics }: Pick<Study, 'statistics'>,
  draws: readonly DeckDraws[],
  { evaluated }: OpenCircuits,
  notices: Notice[],
): Omit<DeckExplanation, 'kept'> {
  const words = statistics.vary;
  notices.push(...checkChoice(draws, words));
  const at = draws.findIndex((each) => each.draws);
  const first = draws[at];
  if (!first) return NO_DRAWS;
  const surveyed = evaluated[at]?.surveyed;
  if (!surveyed || words.includes('none')) {
    notices.push({ message: HELD, place: first.place });
    return NO_DRAWS;
  }
  const explained = explainDraws(first, surveyed, words);
  notices.push(...drawNotices(first, surveyed.sources, words, explained.switches));
  return explained;
}

const HELD = "the deck's statistical calls stand at their nominal values; --vary all lets them vary";
