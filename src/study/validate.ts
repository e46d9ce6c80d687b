import type { z } from 'zod';
import { SpiceLabError } from '../errors/index.ts';
import type { StudyContext } from './context.ts';
import { KEYS_UNDER, type StudyInput, studyInputSchema } from './input.ts';
import { suggestion } from './text.ts';

type Issue = z.core.$ZodIssue;

/**
 * The input as typed data. @throws SpiceLabError STUDY_INVALID, with the place of the first thing that is wrong and the
 * nearest known key
 */
export function validateInput(input: unknown, context: StudyContext): StudyInput {
  const result = studyInputSchema.safeParse(input);
  if (result.success) return result.data;
  const { path, issue } = deepest(result.error.issues[0]!, []);
  throw issueError(issue, path, context);
}

/** Of a union's branches, the one that understood most of the value. */
function deepest(
  issue: Issue,
  before: readonly PropertyKey[],
): { issue: Issue; path: readonly PropertyKey[] } {
  const path = [...before, ...issue.path];
  if (issue.code !== 'invalid_union') return { issue, path };
  const inner = issue.errors.flatMap((branch) => (branch[0] ? [deepest(branch[0], path)] : []));
  const best = inner.reduce<(typeof inner)[number] | undefined>(
    (found, next) => (found === undefined || depth(next) > depth(found) ? next : found),
    undefined,
  );
  return best && depth(best) > path.length ? best : { issue, path };
}

const depth = ({ issue, path }: { issue: Issue; path: readonly PropertyKey[] }) =>
  path.length + (issue.code === 'unrecognized_keys' ? 1 : 0);

function issueError(issue: Issue, path: readonly PropertyKey[], context: StudyContext): SpiceLabError {
  const where = path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = (KEYS_UNDER[String(path[0] ?? '')] ?? []).filter((name) => name !== '$schema');
    return new SpiceLabError('STUDY_INVALID', `unknown key "${key}"${where ? ` in ${where}` : ''}`, {
      place: context.placeOf?.([...path, key]),
      remedy: suggestion(key, known, `Known keys are ${known.join(', ')}.`),
    });
  }
  if (path[0] === 'deck' && path.length === 1 && issue.code === 'invalid_union')
    return new SpiceLabError('STUDY_INVALID', 'the study names no deck', {
      place: context.placeOf?.(path),
      remedy: 'Add a line such as deck: filter.cir, a path relative to the study file.',
    });
  const last = path.at(-1);
  if (path.length === 2 && typeof last === 'string' && isNullHere(issue))
    return new SpiceLabError('STUDY_INVALID', `${where} has no value`, {
      place: context.placeOf?.(path),
      remedy: 'Within { } YAML splits at commas: put quotes around forms that hold some, or a key per line.',
    });
  const schema = path.length > 0 ? studyInputSchema.shape[path[0] as keyof StudyInput] : undefined;
  return new SpiceLabError('STUDY_INVALID', `${where || 'the study'}: ${issueText(issue)}`, {
    place: context.placeOf?.(path),
    remedy: schema?.description ?? 'A study is a map of keys, of which deck is needed.',
  });
}

/** YAML reads a key without a value as null, which nothing in a study takes. */
const isNullHere = (issue: Issue): boolean =>
  issue.code === 'invalid_union'
    ? issue.errors.every((branch) => branch.every(isNullHere))
    : /received null/.test(issue.message);

function issueText(issue: Issue): string {
  if (issue.code === 'invalid_union') return 'this is of a kind that is not understood here';
  if (issue.code === 'too_small' && issue.origin === 'string') return 'it is empty';
  if (issue.code === 'invalid_type' && issue.expected === 'object')
    return 'it is no map of keys (key: value)';
  return issue.message.replace(/^Invalid input: /, '');
}
