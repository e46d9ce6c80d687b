import type { Question } from '../../tune/records.ts';
import { Space } from '../../tune/space.ts';
import type { Design, Journal } from './journal.ts';
import type { KnownDesign, Suggestion, SuggestionQuestion } from './suggestions.ts';

/** Designs that fill the space before a sampler has something to learn from. */
const FILLING = 8;
/** Times that a sampler may suggest what was tried already. */
const MOST_REPEATED = 4;
/** Times that chance may. */
const MOST_RANDOM = 1000;

export type Ask = (question: SuggestionQuestion) => Promise<Suggestion>;

/**
 * The design of the next trial: the deck's own, those to start from, then what the sampler suggests. A function of the
 * question and the first `known` jobs; `undefined` where every design has been tried.
 */
export async function propose(
  question: Question,
  journal: Journal,
  known: number,
  ask: Ask,
): Promise<Design | undefined> {
  const space = new Space(question.tuning.design);
  const trial = journal.designs.length;
  const beginnings = beginningsOf(question, space);
  if (trial < beginnings.length) return beginnings[trial];
  const tried = new Set(journal.designs.map(keyOf));
  if (tried.size >= space.size) return undefined;
  const suggestionAt = suggestions({
    question,
    journal,
    known,
    ask,
    space,
    place: trial - beginnings.length,
  });
  for (let attempt = 0; attempt < MOST_REPEATED; attempt++) {
    const { point, generation } = await suggestionAt(attempt);
    const design: Design = {
      values: space.valuesAt(point),
      point: [...point],
      origin: 'sampler',
      generation,
    };
    if (!tried.has(keyOf(design))) return design;
  }
  const chance = space.fill('random', question.plan.sampling.seed + trial);
  for (let attempt = 0; attempt < MOST_RANDOM; attempt++) {
    const point = chance(attempt);
    const design: Design = { values: space.valuesAt(point), point, origin: 'random', generation: -1 };
    if (!tried.has(keyOf(design))) return design;
  }
  return undefined;
}

const keyOf = ({ values }: Pick<Design, 'values'>): string => JSON.stringify(values);

interface Circumstances {
  readonly question: Question;
  readonly journal: Journal;
  readonly known: number;
  readonly ask: Ask;
  readonly space: Space;
  /** How many designs were suggested before. */
  readonly place: number;
}

function suggestions({ question, journal, known, ask, space, place }: Circumstances) {
  const { sampler, population, tuning, plan } = question;
  const { seed } = plan.sampling;
  if (sampler === 'random' || sampler === 'sobol') {
    const fill = space.fill(sampler, seed);
    // what repeats is followed by points that the sequence would reach much later
    return async (attempt: number): Promise<Suggestion> => ({
      point: fill(place + attempt * 2 ** 20),
      generation: -1,
    });
  }
  const filling = { tpe: FILLING, nsga2: population, cmaes: 0 }[sampler];
  if (place < filling) {
    const fill = space.fill('sobol', seed);
    return async (attempt: number): Promise<Suggestion> => ({
      point: fill(place + attempt * 2 ** 20),
      generation: sampler === 'nsga2' ? 0 : -1,
    });
  }
  return (attempt: number): Promise<Suggestion> =>
    ask({
      sampler,
      seed: (seed * 7919 + journal.designs.length * MOST_REPEATED + attempt) % 2 ** 31,
      population,
      objectives: tuning.objectives.length,
      dimensions: space.dimensions,
      known: knownDesigns(question, journal, known),
    });
}

/** Designs as the sampler may know them: what is not among the first `known` jobs counts as under way. */
function knownDesigns(question: Question, journal: Journal, known: number): KnownDesign[] {
  const top = question.samples;
  return journal.designs.map(({ point, generation }, trial) => {
    const latest = journal.latest(trial, known);
    if (!latest) return { point, generation, state: 'running', samples: 0, objectives: [], constraints: [] };
    const { samples } = journal.results.get(latest.job)!;
    const { objectives, constraints } = latest.outcome;
    const whole = [...objectives, ...constraints].every(Number.isFinite);
    if (!whole) return { point, generation, state: 'failed', samples, objectives: [], constraints: [] };
    return {
      point,
      generation,
      state: samples >= top ? 'complete' : 'early',
      samples,
      objectives,
      constraints,
    };
  });
}

function beginningsOf({ own, tuning }: Question, space: Space): Design[] {
  const begin = (values: readonly number[], origin: Design['origin']): Design => {
    const point = space.pointOf(values);
    return { values: space.valuesAt(point), point, origin, generation: -1 };
  };
  const given = tuning.start.map((values) =>
    tuning.design.map(({ name, targets }, k) => {
      const found = Object.entries(values).find(([key]) =>
        [name, ...targets].some((known) => known.toLowerCase() === key.toLowerCase()),
      );
      return found ? found[1] : (own?.[k] ?? Number.NaN);
    }),
  );
  const all = [...(own ? [begin(own, 'deck')] : []), ...given.map((values) => begin(values, 'start'))];
  const seen = new Set<string>();
  return all.filter((design) => !seen.has(keyOf(design)) && seen.add(keyOf(design)));
}

/** @throws SpiceLabError STUDY_INVALID for a design to start from that lies outside the space */
export const checkBeginnings = (question: Question): void => {
  beginningsOf(question, new Space(question.tuning.design));
};
