import type { DeckExplanation, DrawsApart, Switch } from '../types.ts';
import { means } from './choose.ts';
import type { Source } from './sources.ts';
import type { DeckDraws, Surveyed } from './statistics.ts';

/** What became of the draws that are no variables of their own, and what turns draws on and off. */
export function explainDraws(
  draws: DeckDraws,
  surveyed: Surveyed,
  words: readonly string[],
): Omit<DeckExplanation, 'kept'> {
  const { sources } = surveyed;
  const switches = explainSwitches(draws);
  const chosen = (source: Source) => words.some((word) => means(word, source));
  return {
    dead: together(
      sources.filter(({ live }) => !live),
      (source) => whyDead(source, surveyed, switches),
    ),
    held: together(
      sources.filter((source) => source.live && !chosen(source)),
      () => 'the study does not ask for it',
    ),
    tied: sources.flatMap((source) =>
      source.live && source.draws.length > 1
        ? [
            {
              name: source.name,
              count: source.draws.length,
              why: 'tied: drawn once per sample, wherever it is used',
              place: source.draws[0]!.place,
            },
          ]
        : [],
    ),
    switches,
  };
}

/** Each switch with the names of what it turns on. */
function explainSwitches(draws: DeckDraws): Switch[] {
  return draws.switches.flatMap(({ name, value, set }) => {
    const now = set ?? value;
    const [on, off] = [1, 0].map((state) =>
      (now !== 0) === (state === 1) ? draws.asWritten.sources : draws.sourcesWith(name, state),
    );
    const still = new Set(off!.flatMap(({ live, name: source }) => (live ? [source] : [])));
    const gates = on!.flatMap((source) =>
      source.live && !still.has(source.name) ? [source.draws[0]!.draw.name] : [],
    );
    const card = draws.deck.root.parameters.findLast((parameter) => parameter.name === name);
    const place = card && draws.deck.placeOf(draws.deck.lines[card.line]!);
    return gates.length > 0 ? [{ name, value, set, gates: [...new Set(gates)], place }] : [];
  });
}

function whyDead(source: Source, { survey }: Surveyed, switches: readonly Switch[]): string {
  const { draw } = source.draws[0]!;
  const gate = switches.find(({ gates, value, set }) => (set ?? value) === 0 && gates.includes(draw.name));
  if (gate) return `${gate.name} is 0`;
  try {
    const { spread } = survey.formOf(draw);
    if (spread.kind === 'number' && spread.value === 0) return 'it always gives the same: its spread is 0';
  } catch {
    return 'nothing in the circuit depends on it';
  }
  return 'nothing in the circuit depends on it';
}

/** Those of one name and one reason together. */
function together(sources: readonly Source[], whyOf: (source: Source) => string): DrawsApart[] {
  const groups = new Map<string, { sources: Source[]; why: string }>();
  for (const source of sources) {
    const why = whyOf(source);
    const key = `${source.draws[0]!.draw.name} ${why}`;
    const group = groups.get(key);
    if (group) group.sources.push(source);
    else groups.set(key, { sources: [source], why });
  }
  return [...groups.values()].map(({ sources: [first, ...others], why }) => ({
    name: others.length === 0 ? first!.name : first!.draws[0]!.draw.name,
    count: 1 + others.length,
    why,
    place: first!.draws[0]!.place,
  }));
}
