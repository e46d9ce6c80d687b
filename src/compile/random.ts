import { SpiceLabError } from '../errors/index.ts';
import { formatNumber } from '../expression/index.ts';
import type { Vary } from '../study/schema.ts';
import { type Resolved, resolveDistribution } from './distribution.ts';
import type { Match } from './match.ts';
import type { Settings } from './settings.ts';
import type { Notice } from './types.ts';

/** Beyond this many variables out of one wildcard, it is worth saying. */
const MANY = 1000;

/**
 * One variable per `--vary`, or per match of a wildcard. What is named itself keeps its own distribution where a wildcard
 * matches it too; two that name the same thing are refused.
 * @throws SpiceLabError TARGET_UNKNOWN, DISTRIBUTION_INVALID, STUDY_INVALID
 */
export function addRandomVariables(vary: readonly Vary[], settings: Settings, notices: Notice[]): void {
  const resolved = vary.map((entry) => ({ entry, ...settings.resolve(entry.target) }));
  const named = new Set(resolved.filter(({ wildcard }) => !wildcard).flatMap(({ settings: found }) => found));
  for (const { entry, settings: found, wildcard } of resolved) {
    if (found.length > MANY) {
      notices.push({
        message: `${entry.target} matches ${found.length} targets: each is a variable of its own`,
      });
    }
    for (const setting of found) {
      if (wildcard && named.has(setting)) continue;
      const match = setting.matches[0]!;
      if (setting.random) {
        throw new SpiceLabError('STUDY_INVALID', `${setting.written} is given two distributions`, {
          place: match.place,
          remedy: 'Give it one; a name beats a wildcard, two wildcards must not overlap.',
        });
      }
      const name = wildcard || match.kind === 'draw' ? match.name : entry.target.trim();
      const resolvedSpec = resolveDistribution(entry.distribution, setting.nominal, name);
      const differs = setting.matches.some(({ nominal }) => nominal !== setting.nominal);
      if (differs && resolvedSpec.relative) {
        notices.push({
          message: `the value of ${name} differs between the corners' circuits; its distribution is around ${setting.nominal}`,
          place: match.place,
        });
      }
      noteWideSpread(name, resolvedSpec, match, notices);
      noteLostNominal(name, resolvedSpec, setting.nominal, match, notices);
      const variable = settings.add({
        name,
        unit: match.unit,
        nominal: resolvedSpec.centre ?? setting.nominal ?? 0,
        ...(match.class ? { class: match.class } : {}),
        source: { kind: 'random', distribution: resolvedSpec.distribution },
      });
      setting.random = { variable, resolved: resolvedSpec };
    }
  }
}

/** `R1=normal(1k)` is one sigma of 1k: seldom meant, and half of such resistors would be far off. */
function noteWideSpread(
  name: string,
  { distribution, relative }: Resolved,
  { unit, place }: Pick<Match, 'unit' | 'place'>,
  notices: Notice[],
): void {
  if (distribution.kind !== 'normal' || relative) return;
  const { mean, sigma } = distribution;
  if (mean === 0 || sigma < Math.abs(mean)) return;
  const show = (value: number) => formatNumber(value, unit);
  notices.push({
    message: `one sigma of ${name} is ${show(sigma)} around ${show(mean)}: many samples are below 0; normal(1k, 1%) gives the nominal value first`,
    place,
  });
}

/** `pm.vto=normal(0, 2m)` is meant as an offset, as of delvto, but replaces a threshold of 700 mV by 0. */
function noteLostNominal(
  name: string,
  { centre }: Resolved,
  deckValue: number | undefined,
  { unit, place }: Pick<Match, 'unit' | 'place'>,
  notices: Notice[],
): void {
  if (centre !== 0 || deckValue === undefined || deckValue === 0) return;
  notices.push({
    message: `${name} is drawn around 0 instead of the deck's ${formatNumber(deckValue, unit)}; leave the 0 out, as in normal(2m), to draw around the deck's value`,
    place,
  });
}
