import { nearestNames, SpiceLabError } from '../../errors/index.ts';
import { type Deck, statisticalFunction } from '../../netlist/index.ts';
import { matchesPattern } from '../target-syntax.ts';
import type { DrawClass } from '../types.ts';
import type { Survey, SurveyedDraw } from './survey.ts';
import { mentionsSwitch } from './switches.ts';

/** What one random number of a sample sets: one draw, or all that are tied. */
export interface Source {
  /** As its variable is called. */
  readonly name: string;
  readonly draws: readonly SurveyedDraw[];
  /** Whether it reaches anything. */
  readonly live: boolean;
  readonly class: DrawClass;
}

/**
 * The draws of a circuit under their names, live ones first: the path of the instance and the name of the statistical
 * `.param`; draws of the same name are counted (`#2`).
 * @param ties patterns of names of statistical `.param`s that draw once per sample
 */
export function sourcesOf(deck: Deck, survey: Survey, ties: readonly string[]): Source[] {
  const groups = new Map<string, SurveyedDraw[]>();
  for (const surveyed of survey.draws) {
    const { call, name } = surveyed.draw;
    const tied = ties.some((pattern) => matchesPattern(name, pattern.toLowerCase()));
    const key = tied ? `tied ${name} ${call}` : surveyed.key;
    const group = groups.get(key);
    if (group) group.push(surveyed);
    else groups.set(key, [surveyed]);
  }
  const sources = [...groups].map(([key, draws]): Source => {
    const { name, instance } = draws[0]!.draw;
    const tied = key.startsWith('tied ');
    const live = draws.some(({ reaches }) => reaches.length > 0);
    return {
      name: tied || !instance ? name : `${instance.name}.${name}`,
      draws: live ? draws.filter(({ reaches }) => reaches.length > 0) : draws,
      live,
      class: classOf(deck, draws),
    };
  });
  return counted([...sources.filter(({ live }) => live), ...sources.filter(({ live }) => !live)]);
}

/** @throws SpiceLabError TARGET_UNKNOWN for a pattern that ties nothing */
export function checkTies(ties: readonly string[], surveys: readonly Survey[]): void {
  const names = new Set(surveys.flatMap(({ draws }) => draws.map(({ draw }) => draw.name)));
  for (const pattern of ties) {
    if ([...names].some((name) => matchesPattern(name, pattern.toLowerCase()))) continue;
    throw new SpiceLabError('TARGET_UNKNOWN', `no statistical .param is called "${pattern}"`, {
      remedy: `To tie draws, name ${nearestNames(pattern, names).join(' or ') || 'a .param of the deck that draws'}.`,
    });
  }
}

/** What is drawn for several devices, or in a definition of the top level, is process; what is drawn for one, mismatch. */
function classOf(deck: Deck, draws: readonly SurveyedDraw[]): DrawClass {
  const devices = new Set(draws.flatMap(({ reaches }) => reaches.flatMap((target) => target.devices)));
  if (devices.size > 1) return 'process';
  const { draw } = draws[0]!;
  const declared = statisticalFunction(draw.call, draw.args.length)?.class;
  if (declared) return declared;
  if (!draw.instance && /^\.param/i.test(deck.lines[draw.site.line]!.text)) return 'process';
  const definition = draw.global ? deck.parameters.text(draw.name) : undefined;
  return definition !== undefined && mentionsSwitch(definition, 'process') ? 'process' : 'mismatch';
}

function counted(sources: readonly Source[]): Source[] {
  const counts = new Map<string, number>();
  return sources.map((source) => {
    const count = (counts.get(source.name) ?? 0) + 1;
    counts.set(source.name, count);
    return count === 1 ? source : { ...source, name: `${source.name}#${count}` };
  });
}
