import type { NamedDraw } from '../locate.ts';
import type { Match } from '../match.ts';
import type { Source } from './sources.ts';
import type { Surveyed } from './statistics.ts';
import { unitOf } from './unit.ts';

/** The draws of a deck as targets of a study, by their lower-case names; of those of one name the first. */
export function namedDraws(surveyed: Surveyed): ReadonlyMap<string, NamedDraw> {
  return new Map(
    surveyed.sources
      .map((source) => [source.name.toLowerCase(), namedDraw(source, surveyed)] as const)
      .reverse(),
  );
}

function namedDraw(source: Source, surveyed: Surveyed): NamedDraw {
  const { name, draws, live } = source;
  const { survey } = surveyed;
  const { draw, place } = draws[0]!;
  const keys = draws.map(({ key }) => key);
  const nominal = live ? survey.nominalOf(draw) : undefined;
  const value: Match = {
    key: `draw:${name}`,
    name,
    kind: 'draw',
    unit: live ? unitOf(surveyed, source) : '',
    nominal: nominal?.kind === 'number' ? nominal.value : undefined,
    slots: [],
    assignments: [],
    opens: { draws: keys, sets: 'value' },
    class: source.class,
    why: live ? 'drawn by the deck itself' : 'what it draws reaches nothing',
    place,
  };
  const drawn: Match = {
    ...value,
    nominal: live ? survey.formOf(draw).nominalScore : undefined,
    opens: { draws: keys, sets: 'number drawn' },
  };
  return { value, drawn };
}
