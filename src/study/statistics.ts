import { SpiceLabError } from '../errors/index.ts';
import { placed, type StudyContext } from './context.ts';
import type { StudyInput } from './input.ts';
import type { Statistics } from './schema.ts';
import { shorten, splitAssignment, splitTop, suggestion } from './text.ts';

const CODE = 'STUDY_INVALID';

/** Words that choose among the deck's draws by what they reach; `none` holds them all. */
export const CLASSES = ['process', 'mismatch', 'all', 'none'] as const;

/** The path of an instance, a name, a parameter in brackets, a count: what names of draws and patterns are made of. */
const PATTERN = /^[\w.*?[\]:#$@!+-]+$/;

const VARY_EXAMPLE =
  'Write TARGET=DISTRIBUTION, such as R1=normal(1k, 1%) or R*=uniform(5%), or choose among the statistical calls ' +
  'of the deck by process, mismatch, all, none or a pattern such as *.mis_vth.';
const TIE_EXAMPLE = 'Give the names of statistical .params, such as sw_* or mc_vth.';

/** Whether an entry of `vary` chooses among the deck's draws, rather than give a target its distribution. */
export const choosesDraws = (text: string): boolean => !splitAssignment(text);

/**
 * Which of the deck's draws vary, and which are tied; `vary` is empty where the study does not say.
 * @throws SpiceLabError STUDY_INVALID
 */
export function readStatistics(
  input: Pick<StudyInput, 'vary' | 'statistics'>,
  context: StudyContext,
): Statistics {
  const vary = placed(context, ['vary'], () => unique(chosen(input, context)));
  if (vary.includes('none') && vary.length > 1)
    throw new SpiceLabError(CODE, `none of the deck's draws varies, yet ${shorten(others(vary))} does`, {
      place: context.placeOf?.(['vary']),
      remedy: 'Leave out one of the two.',
    });
  const { tie } = statisticsOf(input);
  return {
    vary,
    tie: unique(
      listOf(tie).flatMap((text, i) =>
        placed(context, ['statistics', 'tie', i], () => splitTop(text, ',').map(readTie)),
      ),
    ),
  };
}

/** All of the deck's draws vary in a study that draws, unless it says otherwise. */
export const withDefault = ({ vary, tie }: Statistics, draws: boolean): Statistics => ({
  vary: vary.length > 0 ? vary : [draws ? 'all' : 'none'],
  tie,
});

/** Whether a study says which of the deck's draws vary. */
export const saysWhichVary = (input: Pick<StudyInput, 'vary' | 'statistics'>): boolean =>
  listOf(statisticsOf(input).vary).length > 0 || (Array.isArray(input.vary) && input.vary.some(choosesDraws));

function chosen(input: Pick<StudyInput, 'vary' | 'statistics'>, context: StudyContext): string[] {
  const besides = Array.isArray(input.vary)
    ? input.vary.flatMap((text, i) =>
        choosesDraws(text) ? placed(context, ['vary', i], () => splitTop(text, ',').map(readChoice)) : [],
      )
    : [];
  const said = placed(context, ['statistics'], () =>
    listOf(statisticsOf(input).vary).flatMap((text) => splitTop(text, ',').map(readChoice)),
  );
  return [...said, ...besides];
}

function readChoice(text: string): string {
  const word = text.trim();
  const named = CLASSES.find((name) => name === word.toLowerCase());
  if (named) return named;
  if (PATTERN.test(word)) return word;
  throw new SpiceLabError(CODE, `"${shorten(text)}" does not say what varies`, {
    remedy: suggestion(word, CLASSES, VARY_EXAMPLE),
  });
}

function readTie(text: string): string {
  const word = text.trim();
  if (PATTERN.test(word)) return word;
  throw new SpiceLabError(CODE, `"${shorten(text)}" is no name to tie`, { remedy: TIE_EXAMPLE });
}

function statisticsOf({ statistics }: Pick<StudyInput, 'statistics'>) {
  return typeof statistics === 'object' && !Array.isArray(statistics) ? statistics : { vary: statistics };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

const unique = (words: readonly string[]): string[] => [...new Set(words)];
const others = (vary: readonly string[]) => vary.filter((word) => word !== 'none').join(', ');
