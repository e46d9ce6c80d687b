import { nearestNames, SpiceLabError } from '../../errors/index.ts';
import type { Study } from '../../study/schema.ts';
import type { Notice, Switch } from '../types.ts';
import { means } from './choose.ts';
import type { Source } from './sources.ts';
import type { DeckDraws } from './statistics.ts';

type Words = Pick<Study, 'statistics'>['statistics']['vary'];

const CLASSES = new Set(['process', 'mismatch']);

/**
 * Every word of a choice has to mean something; a class that the deck does not have is noted alone, because the same study
 * may be for many decks.
 * @throws SpiceLabError STUDY_INVALID
 */
export function checkChoice(draws: readonly DeckDraws[], words: Words): Notice[] {
  return words.flatMap((word): Notice[] => {
    if (word === 'all' || word === 'none') return [];
    const all = draws.flatMap((each) => (each.draws ? each.asWritten.sources : []));
    const found = all.filter((source) => means(word, source));
    if (found.some(({ live }) => live)) return [];
    if (CLASSES.has(word)) return [{ message: noneOfClass(word, all) }];
    if (found.length === 0) throw noneNamed(word, all);
    throw new SpiceLabError('STUDY_INVALID', `what "${word}" draws reaches nothing in this circuit`, {
      place: found[0]!.draws[0]!.place,
      remedy: 'Take it out; spicelab explain says why.',
    });
  });
}

function noneOfClass(word: string, sources: readonly Source[]): string {
  const live = sources.filter((source) => source.live);
  const others = [...new Set(live.map((source) => source.draws[0]!.draw.name))];
  const drawn =
    others.length > 0
      ? `it draws ${live[0]!.class} only: ${shortList(others)}`
      : 'nothing that it draws has an effect';
  return `the deck has no ${word} to vary: ${sources.length > 0 ? drawn : 'it draws nothing'}; spicelab explain lists what it draws`;
}

function noneNamed(word: string, sources: readonly Source[]): SpiceLabError {
  const near = nearestNames(word, [...CLASSES, ...sources.map(({ name }) => name)]);
  return new SpiceLabError(
    'STUDY_INVALID',
    `"${word}" does not say what varies: the deck draws nothing of that name`,
    {
      remedy: `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}Write TARGET=DISTRIBUTION, such as ${word}=normal(1%), or the name of a draw of the deck, as spicelab explain lists them.`,
    },
  );
}

/** What a user should know of the draws of a deck before they vary. */
export function drawNotices(
  draws: DeckDraws,
  sources: readonly Source[],
  words: Words,
  switches: readonly Switch[],
): Notice[] {
  const chosen = sources.filter((source) => source.live && words.some((word) => means(word, source)));
  return [
    ...switchNotices(chosen.length > 0, switches),
    ...useNotices(chosen),
    ...draws.asWritten.survey.values.notices,
  ];
}

function switchNotices(varies: boolean, switches: readonly Switch[]): Notice[] {
  return switches.flatMap(({ name, value, set, gates, place }): Notice[] => {
    const what = shortList(gates);
    if (set !== undefined)
      return [{ message: `${name} is set to ${set} (it is ${value} in the deck): it gates ${what}`, place }];
    if (varies || value !== 0) return [];
    const message = `nothing that the deck draws varies: ${name} is 0 and gates ${what}; --vary process, mismatch or a name sets it`;
    return [{ message, place }];
  });
}

/** A definition of the top level that several devices use is drawn for each of them: seldom meant where it is process. */
function useNotices(chosen: readonly Source[]): Notice[] {
  const uses = new Map<string, Source[]>();
  for (const source of chosen) {
    const { draw } = source.draws[0]!;
    if (!draw.global || source.draws.length > 1) continue;
    uses.set(draw.name, [...(uses.get(draw.name) ?? []), source]);
  }
  const several = [...uses].filter(
    ([, found]) =>
      found.length > 1 &&
      new Set(
        found.flatMap(({ draws }) => draws.flatMap(({ reaches }) => reaches.flatMap((to) => to.devices))),
      ).size > 1,
  );
  if (several.length === 0) return [];
  const names = several.map(([name]) => name);
  const [, first] = several[0]!;
  const anew =
    names.length === 1 ? 'is drawn anew wherever it is used' : 'are drawn anew wherever they are used';
  return [
    {
      message: `${shortList(names)} ${anew}, as the simulator does it: each device has its own. If the variation of a process is meant, --tie ${names.join(',')} draws once per sample`,
      place: first![0]!.draws[0]!.place,
    },
  ];
}

const MOST_LISTED = 4;

function shortList(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
