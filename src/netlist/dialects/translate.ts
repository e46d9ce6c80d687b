import type { Place } from '../../errors/index.ts';
import type { DeckWarning } from '../classify.ts';
import type { Line } from '../flatten.ts';
import { findCalls, mayDraw } from '../statistical.ts';
import { type Dialect, STATISTICAL_NAMES, statisticalFunction } from '../statistical-functions.ts';
import { isClamp, RUNNING, translateClamps } from './clamp.ts';
import { isLtspice, translateLtspice } from './ltspice.ts';
import { hasTolerance, isPspice, translatePspice } from './pspice.ts';

/** A deck's lines in ngspice's dialect, but for the statistical functions, and what was read otherwise than ngspice would. */
export interface Translated {
  readonly lines: readonly Line[];
  readonly warnings: readonly DeckWarning[];
}

/** As `translateOutside`, with the deck's `.control` blocks put back where they were. */
export function translateDialects(lines: readonly Line[], placeOf: (line: Line) => Place): Translated {
  const blocks = new Map<Line, Line[]>();
  let block: Line[] | undefined;
  const outside: Line[] = [];
  for (const line of lines) {
    if (!block && /^\.control\b/i.test(line.text)) {
      const stand = { ...line, text: '*' };
      block = [];
      blocks.set(stand, block);
      outside.push(stand);
    }
    (block ?? outside).push(line);
    if (block && /^\.endc\b/i.test(line.text)) block = undefined;
  }
  const translated = translateOutside(outside, placeOf);
  return { ...translated, lines: translated.lines.flatMap((line) => blocks.get(line) ?? [line]) };
}

/**
 * Reads what LTspice and PSpice say otherwise than ngspice, as far as it is about how a circuit varies.
 * @throws SpiceLabError DECK_SYNTAX, DISTRIBUTION_INVALID, MODEL_UNDEFINED
 */
function translateOutside(lines: readonly Line[], placeOf: (line: Line) => Place): Translated {
  const warnings: DeckWarning[] = [];
  const say = (line: Line, message: string): void => {
    warnings.push({ message, place: placeOf(line) });
  };
  const defined = definedFunctions(lines);
  let translated = lines.filter((line) => {
    const runs = /^\.mc\s+(\d+)/i.exec(line.text)?.[1];
    if (runs !== undefined) {
      say(line, `.mc is left out: -n says how many samples are drawn (-n ${runs} for as many)`);
    } else if (/^\.wc(?:ase)?\b/i.test(line.text)) {
      say(
        line,
        '.wcase is left out: SpiceLab draws samples, or takes the corners that it is told (--corner)',
      );
    } else return true;
    return false;
  });
  translated = translateClamps(translated, defined, say);
  const mixed = dialectsOf(translated, defined, placeOf);
  if (translated.some(({ text }) => isLtspice(text))) {
    const read = translateLtspice(translated, placeOf);
    translated = [...read.lines];
    warnings.push(...read.warnings);
  }
  if (translated.some(({ text }) => isPspice(text))) {
    const toleranced = translated.find(({ text }) => hasTolerance(text));
    if (toleranced) {
      say(
        toleranced,
        'DEV and LOT are read as PSpice does: DEV for each device apart, LOT for all devices of a model together, uniform over the tolerance unless GAUSS (sigma is the tolerance, cut at 4 sigma)',
      );
    }
    translated = translatePspice(translated, placeOf);
  }
  if (mixed.size > 1) {
    const listed = [...mixed].map(([dialect, { call }]) => `${call} (${dialect})`).join(' and ');
    say([...mixed.values()][1]!.line, `the deck uses ${listed}: each is drawn as its own simulator does`);
  }
  return { lines: translated, warnings };
}

function definedFunctions(lines: readonly Line[]): Set<string> {
  const names = new Set<string>();
  for (const { text } of lines) {
    const name = text[0] === '.' ? /^\.func(?:tion)?\s+([^\s(]+)/i.exec(text)?.[1] : undefined;
    if (name !== undefined) names.add(name.toLowerCase());
  }
  return names;
}

/**
 * The simulators whose statistical functions a deck calls, each with its first call.
 * @throws SpiceLabError DECK_SYNTAX for a call with a number of arguments that no simulator gives a meaning
 */
function dialectsOf(
  lines: readonly Line[],
  defined: ReadonlySet<string>,
  placeOf: (line: Line) => Place,
): Map<Dialect, { line: Line; call: string }> {
  const found = new Map<Dialect, { line: Line; call: string }>();
  for (const line of lines) {
    if (!mayDraw(line.text) || RUNNING.test(line.text)) continue;
    for (const { name, args } of findCalls(line.text, STATISTICAL_NAMES)) {
      if (defined.has(name) || isClamp(name, args.length)) continue;
      const { dialect, usage } = statisticalFunction(name, args.length, placeOf(line))!;
      if (!found.has(dialect)) found.set(dialect, { line, call: usage });
    }
  }
  return found;
}
